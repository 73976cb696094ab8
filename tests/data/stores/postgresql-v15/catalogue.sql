SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;
CREATE EXTENSION IF NOT EXISTS pg_trgm WITH SCHEMA public;
COMMENT ON EXTENSION pg_trgm IS 'text similarity measurement and index searching based on trigrams';
SET default_tablespace = '';
SET default_table_access_method = heap;
CREATE TABLE public.accounts (
    user_id bigint NOT NULL,
    team_id bigint,
    extension text DEFAULT ''::text NOT NULL,
    password text DEFAULT ''::text NOT NULL,
    password_us bigint DEFAULT '0'::bigint NOT NULL,
    must_change smallint DEFAULT '0'::smallint NOT NULL,
    locked_until_us bigint DEFAULT '0'::bigint NOT NULL
);
CREATE TABLE public.agents (
    id bigint NOT NULL,
    login text DEFAULT ''::text NOT NULL,
    login_fold character varying NOT NULL COLLATE pg_catalog."C",
    first_name text DEFAULT ''::text NOT NULL,
    first_fold character varying DEFAULT ''::character varying NOT NULL COLLATE pg_catalog."C",
    last_name text DEFAULT ''::text NOT NULL,
    last_fold character varying DEFAULT ''::character varying NOT NULL COLLATE pg_catalog."C",
    team_id bigint,
    extension text DEFAULT ''::text NOT NULL
);
CREATE SEQUENCE public.agents_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.agents_id_seq OWNED BY public.agents.id;
CREATE TABLE public.audit (
    number bigint NOT NULL,
    at_us bigint NOT NULL,
    login text DEFAULT ''::text NOT NULL,
    act character varying NOT NULL,
    interaction_id bigint NOT NULL,
    giid text DEFAULT ''::text NOT NULL,
    detail text DEFAULT ''::text NOT NULL,
    origin text DEFAULT ''::text NOT NULL,
    hash bytea NOT NULL
);
CREATE TABLE public.audit_head (
    id bigint NOT NULL,
    number bigint NOT NULL,
    at_us bigint NOT NULL,
    hash bytea NOT NULL,
    signature bytea NOT NULL
);
CREATE TABLE public.categories (
    id bigint NOT NULL,
    name text DEFAULT ''::text NOT NULL,
    name_fold character varying NOT NULL COLLATE pg_catalog."C",
    "position" smallint NOT NULL
);
CREATE SEQUENCE public.categories_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.categories_id_seq OWNED BY public.categories.id;
CREATE TABLE public.comments (
    id bigint NOT NULL,
    interaction_id bigint NOT NULL,
    author_id bigint NOT NULL,
    kind smallint NOT NULL,
    public smallint DEFAULT '0'::smallint NOT NULL,
    started_us bigint NOT NULL,
    ended_us bigint,
    text text DEFAULT ''::text NOT NULL,
    written_us bigint NOT NULL,
    edited_us bigint
);
CREATE SEQUENCE public.comments_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.comments_id_seq OWNED BY public.comments.id;
CREATE TABLE public.criteria_set_watchers (
    user_id bigint NOT NULL,
    set_id bigint NOT NULL
);
CREATE TABLE public.criteria_sets (
    id bigint NOT NULL,
    owner_id bigint NOT NULL,
    name text DEFAULT ''::text NOT NULL,
    name_fold character varying DEFAULT ''::character varying NOT NULL COLLATE pg_catalog."C",
    channel smallint,
    criteria text DEFAULT ''::text NOT NULL,
    shared smallint DEFAULT '0'::smallint NOT NULL,
    changed_us bigint NOT NULL,
    removed_us bigint NOT NULL
);
CREATE SEQUENCE public.criteria_sets_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.criteria_sets_id_seq OWNED BY public.criteria_sets.id;
CREATE TABLE public.custom_fields (
    id bigint NOT NULL,
    name character varying NOT NULL,
    name_fold character varying NOT NULL COLLATE pg_catalog."C"
);
CREATE SEQUENCE public.custom_fields_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.custom_fields_id_seq OWNED BY public.custom_fields.id;
CREATE TABLE public.cut_pieces (
    sha256 character varying(64) NOT NULL,
    origin_us bigint NOT NULL,
    erased text DEFAULT ''::text NOT NULL,
    object_id character varying(32),
    remains text DEFAULT ''::text NOT NULL
);
CREATE TABLE public.disposition_changes (
    id bigint NOT NULL,
    interaction_id bigint NOT NULL,
    segment_number smallint NOT NULL,
    former_id bigint,
    fresh_id bigint,
    user_id bigint NOT NULL,
    at_us bigint NOT NULL,
    reason text DEFAULT ''::text NOT NULL
);
CREATE SEQUENCE public.disposition_changes_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.disposition_changes_id_seq OWNED BY public.disposition_changes.id;
CREATE TABLE public.dispositions (
    id bigint NOT NULL,
    name character varying NOT NULL,
    name_fold character varying DEFAULT ''::character varying NOT NULL COLLATE pg_catalog."C"
);
CREATE SEQUENCE public.dispositions_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.dispositions_id_seq OWNED BY public.dispositions.id;
CREATE TABLE public.erasing (
    id bigint NOT NULL,
    by text DEFAULT ''::text NOT NULL,
    at_us bigint NOT NULL,
    reason text DEFAULT ''::text NOT NULL,
    what text DEFAULT ''::text NOT NULL,
    shared text DEFAULT ''::text NOT NULL,
    by_retention smallint NOT NULL,
    total integer NOT NULL,
    approved_by text DEFAULT ''::text NOT NULL
);
CREATE SEQUENCE public.erasing_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.erasing_id_seq OWNED BY public.erasing.id;
CREATE TABLE public.erasing_left (
    erasing_id integer NOT NULL,
    interaction_id bigint NOT NULL
);
CREATE TABLE public.evaluation_scores (
    evaluation_id bigint NOT NULL,
    ordinal smallint NOT NULL,
    category text DEFAULT ''::text NOT NULL,
    score smallint
);
CREATE TABLE public.evaluations (
    id bigint NOT NULL,
    interaction_id bigint NOT NULL,
    segment_number smallint NOT NULL,
    evaluator_id bigint NOT NULL,
    kind smallint NOT NULL,
    state smallint NOT NULL,
    version integer NOT NULL,
    at_us bigint NOT NULL,
    note text DEFAULT ''::text NOT NULL,
    average double precision
);
CREATE SEQUENCE public.evaluations_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.evaluations_id_seq OWNED BY public.evaluations.id;
CREATE TABLE public.holds (
    interaction_id bigint NOT NULL,
    by text DEFAULT ''::text NOT NULL,
    at_us bigint NOT NULL,
    reason text DEFAULT ''::text NOT NULL
);
CREATE TABLE public.interaction_custom (
    field_id bigint NOT NULL,
    value_fold character varying NOT NULL COLLATE pg_catalog."C",
    interaction_id bigint NOT NULL
);
CREATE TABLE public.interaction_labels (
    kind smallint NOT NULL,
    value_fold character varying NOT NULL COLLATE pg_catalog."C",
    interaction_id bigint NOT NULL
);
CREATE TABLE public.interactions (
    id bigint NOT NULL,
    giid character varying NOT NULL COLLATE pg_catalog."C",
    channel smallint NOT NULL,
    direction smallint NOT NULL,
    outcome smallint NOT NULL,
    started_us bigint NOT NULL,
    ended_us bigint NOT NULL,
    duration_us bigint NOT NULL,
    hold_us bigint NOT NULL,
    service_id bigint,
    disposition_id bigint,
    agent_id bigint,
    from_address text DEFAULT ''::text NOT NULL,
    from_fold character varying DEFAULT ''::character varying NOT NULL COLLATE pg_catalog."C",
    from_rev character varying DEFAULT ''::character varying NOT NULL COLLATE pg_catalog."C",
    to_address text DEFAULT ''::text NOT NULL,
    to_fold character varying DEFAULT ''::character varying NOT NULL COLLATE pg_catalog."C",
    to_rev character varying DEFAULT ''::character varying NOT NULL COLLATE pg_catalog."C",
    connected_to text DEFAULT ''::text NOT NULL,
    connected_fold character varying DEFAULT ''::character varying NOT NULL COLLATE pg_catalog."C",
    from_name text DEFAULT ''::text NOT NULL,
    medium text DEFAULT ''::text NOT NULL,
    scenario text DEFAULT ''::text NOT NULL,
    scenario_fold character varying DEFAULT ''::character varying NOT NULL COLLATE pg_catalog."C",
    call_problem text DEFAULT ''::text NOT NULL,
    call_problem_fold character varying DEFAULT ''::character varying NOT NULL COLLATE pg_catalog."C",
    account_number text DEFAULT ''::text NOT NULL,
    account_fold character varying DEFAULT ''::character varying NOT NULL COLLATE pg_catalog."C",
    case_number text DEFAULT ''::text NOT NULL,
    case_fold character varying DEFAULT ''::character varying NOT NULL COLLATE pg_catalog."C",
    thread_id text DEFAULT ''::text NOT NULL,
    thread_fold character varying DEFAULT ''::character varying NOT NULL COLLATE pg_catalog."C",
    subject text DEFAULT ''::text NOT NULL,
    subject_fold character varying DEFAULT ''::character varying NOT NULL COLLATE pg_catalog."C",
    flagged smallint DEFAULT '0'::smallint NOT NULL,
    voice_signature smallint DEFAULT '0'::smallint NOT NULL,
    was_transferred smallint DEFAULT '0'::smallint NOT NULL,
    km_used smallint DEFAULT '0'::smallint NOT NULL,
    has_notes smallint DEFAULT '0'::smallint NOT NULL,
    sentiment double precision,
    segment_count smallint NOT NULL,
    voice_state smallint,
    transcript_state smallint,
    screen_state smallint,
    email_state smallint,
    score double precision,
    evaluator_id bigint,
    evaluated smallint DEFAULT '0'::smallint NOT NULL,
    custom text DEFAULT ''::text NOT NULL,
    km_articles text DEFAULT ''::text NOT NULL,
    tags text DEFAULT ''::text NOT NULL,
    source_kind text DEFAULT ''::text NOT NULL,
    source_system text DEFAULT ''::text NOT NULL,
    source_key text DEFAULT ''::text NOT NULL,
    texts_searchable smallint DEFAULT '0'::smallint NOT NULL,
    fingerprint bytea NOT NULL,
    added_us bigint NOT NULL,
    changed_us bigint NOT NULL,
    tags_by_hand smallint DEFAULT '0'::smallint NOT NULL,
    silence_share smallint,
    talkover_share smallint
);
CREATE TABLE public.known_as (
    giid character varying(36) NOT NULL,
    interaction_id bigint NOT NULL
);
CREATE TABLE public.lifted_holds (
    id bigint NOT NULL,
    interaction_id bigint NOT NULL,
    by text DEFAULT ''::text NOT NULL,
    at_us bigint NOT NULL,
    reason text DEFAULT ''::text NOT NULL,
    lifted_by text DEFAULT ''::text NOT NULL,
    lifted_us bigint NOT NULL,
    lifted_reason text DEFAULT ''::text NOT NULL,
    approved_by text DEFAULT ''::text NOT NULL
);
CREATE SEQUENCE public.lifted_holds_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.lifted_holds_id_seq OWNED BY public.lifted_holds.id;
CREATE TABLE public.listening_positions (
    user_id bigint NOT NULL,
    interaction_id bigint NOT NULL,
    at_us bigint NOT NULL,
    kept_us bigint NOT NULL
);
CREATE TABLE public.login_failures (
    id bigint NOT NULL,
    user_id bigint NOT NULL,
    at_us bigint NOT NULL
);
CREATE SEQUENCE public.login_failures_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.login_failures_id_seq OWNED BY public.login_failures.id;
CREATE TABLE public.messages (
    interaction_id bigint NOT NULL,
    ordinal integer NOT NULL,
    at_us bigint NOT NULL,
    ended_us bigint,
    role smallint NOT NULL,
    author text DEFAULT ''::text NOT NULL,
    text text DEFAULT ''::text NOT NULL,
    segment_number smallint,
    sentiment double precision,
    words text DEFAULT ''::text NOT NULL,
    recording smallint
);
CREATE TABLE public.meta (
    key character varying NOT NULL,
    value text DEFAULT ''::text NOT NULL
);
CREATE TABLE public.notes (
    id bigint NOT NULL,
    interaction_id bigint NOT NULL,
    author text DEFAULT ''::text NOT NULL,
    at_us bigint NOT NULL,
    text text DEFAULT ''::text NOT NULL,
    segment_number smallint,
    by_reviewer smallint DEFAULT '0'::smallint NOT NULL
);
CREATE SEQUENCE public.notes_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.notes_id_seq OWNED BY public.notes.id;
CREATE TABLE public.pending_unlink (
    object_id character varying(32) NOT NULL,
    due_us bigint NOT NULL
);
CREATE TABLE public.recordings (
    id bigint NOT NULL,
    interaction_id bigint NOT NULL,
    ordinal smallint NOT NULL,
    segment_number smallint,
    kind smallint NOT NULL,
    state smallint NOT NULL,
    party smallint NOT NULL,
    channel_parties text DEFAULT ''::text NOT NULL,
    media_type text DEFAULT ''::text NOT NULL,
    object_id character varying(32),
    bytes bigint NOT NULL,
    sha256 text DEFAULT ''::text NOT NULL,
    source_name text DEFAULT ''::text NOT NULL,
    started_us bigint,
    duration_us bigint NOT NULL
);
CREATE SEQUENCE public.recordings_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.recordings_id_seq OWNED BY public.recordings.id;
CREATE TABLE public.remembered (
    user_id bigint NOT NULL,
    name character varying NOT NULL,
    json text DEFAULT ''::text NOT NULL
);
CREATE TABLE public.request_items (
    request_id bigint NOT NULL,
    interaction_id bigint NOT NULL
);
CREATE TABLE public.requests (
    id bigint NOT NULL,
    kind character varying NOT NULL,
    by text DEFAULT ''::text NOT NULL,
    at_us bigint NOT NULL,
    reason text DEFAULT ''::text NOT NULL,
    detail text DEFAULT ''::text NOT NULL,
    decision text DEFAULT ''::text NOT NULL,
    decided_by text DEFAULT ''::text NOT NULL,
    decided_us bigint DEFAULT '0'::bigint NOT NULL,
    decided_reason text DEFAULT ''::text NOT NULL
);
CREATE SEQUENCE public.requests_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.requests_id_seq OWNED BY public.requests.id;
CREATE TABLE public.retention_rules (
    id bigint NOT NULL,
    service_id bigint,
    what character varying NOT NULL,
    days integer NOT NULL
);
CREATE SEQUENCE public.retention_rules_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.retention_rules_id_seq OWNED BY public.retention_rules.id;
CREATE TABLE public.role_privileges (
    role_id bigint NOT NULL,
    privilege character varying NOT NULL
);
CREATE TABLE public.roles (
    id bigint NOT NULL,
    key character varying NOT NULL,
    title text DEFAULT ''::text NOT NULL,
    ready_made smallint DEFAULT '0'::smallint NOT NULL,
    watermark smallint DEFAULT '0'::smallint NOT NULL,
    asks_reason smallint DEFAULT '0'::smallint NOT NULL
);
CREATE SEQUENCE public.roles_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.roles_id_seq OWNED BY public.roles.id;
CREATE TABLE public.segments (
    id bigint NOT NULL,
    interaction_id bigint NOT NULL,
    number smallint NOT NULL,
    kind smallint NOT NULL,
    started_us bigint NOT NULL,
    ended_us bigint NOT NULL,
    agent_id bigint,
    service_id bigint,
    disposition_id bigint,
    party text DEFAULT ''::text NOT NULL,
    connected_to text DEFAULT ''::text NOT NULL,
    transfer smallint,
    transferred_to smallint,
    consultation_of smallint
);
CREATE SEQUENCE public.segments_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.segments_id_seq OWNED BY public.segments.id;
CREATE TABLE public.service_dispositions (
    service_id bigint NOT NULL,
    disposition_id bigint NOT NULL
);
CREATE TABLE public.services (
    id bigint NOT NULL,
    name character varying NOT NULL,
    name_fold character varying DEFAULT ''::character varying NOT NULL COLLATE pg_catalog."C"
);
CREATE SEQUENCE public.services_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.services_id_seq OWNED BY public.services.id;
CREATE TABLE public.settings (
    key character varying NOT NULL,
    value text DEFAULT ''::text NOT NULL
);
CREATE TABLE public.sign_ins (
    id bigint NOT NULL,
    user_id bigint NOT NULL,
    origin text DEFAULT ''::text NOT NULL,
    process bigint DEFAULT '0'::bigint NOT NULL,
    began_us bigint NOT NULL,
    seen_us bigint NOT NULL
);
CREATE SEQUENCE public.sign_ins_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.sign_ins_id_seq OWNED BY public.sign_ins.id;
CREATE TABLE public.spans (
    interaction_id bigint NOT NULL,
    recording_ordinal smallint NOT NULL,
    ordinal smallint NOT NULL,
    media_start_us bigint NOT NULL,
    wall_start_us bigint NOT NULL,
    duration_us bigint NOT NULL
);
CREATE TABLE public.steps (
    interaction_id bigint NOT NULL,
    ordinal integer NOT NULL,
    step integer NOT NULL,
    at_us bigint NOT NULL,
    duration_us bigint NOT NULL,
    scenario text DEFAULT ''::text NOT NULL,
    block_type text DEFAULT ''::text NOT NULL,
    block_title text DEFAULT ''::text NOT NULL,
    block_id bigint NOT NULL,
    exit_taken text DEFAULT ''::text NOT NULL
);
CREATE TABLE public.stretches (
    interaction_id bigint NOT NULL,
    segment_number smallint NOT NULL,
    ordinal smallint NOT NULL,
    kind smallint NOT NULL,
    started_us bigint NOT NULL,
    ended_us bigint NOT NULL,
    detail text DEFAULT ''::text NOT NULL
);
CREATE TABLE public.teams (
    id bigint NOT NULL,
    name character varying NOT NULL,
    name_fold character varying DEFAULT ''::character varying NOT NULL COLLATE pg_catalog."C"
);
CREATE SEQUENCE public.teams_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.teams_id_seq OWNED BY public.teams.id;
CREATE TABLE public.tellings (
    interaction_id bigint NOT NULL,
    weight text DEFAULT ''::text NOT NULL
);
CREATE TABLE public.texts (
    interaction_id bigint NOT NULL,
    stems character varying[] NOT NULL COLLATE pg_catalog."C",
    words character varying NOT NULL COLLATE pg_catalog."C"
);
CREATE TABLE public.tombstones (
    id bigint NOT NULL,
    interaction_id bigint NOT NULL,
    kind smallint NOT NULL,
    at_us bigint NOT NULL,
    by text DEFAULT ''::text NOT NULL,
    reason text DEFAULT ''::text NOT NULL,
    by_retention smallint DEFAULT '0'::smallint NOT NULL,
    recordings integer NOT NULL,
    bytes bigint NOT NULL,
    message integer,
    recording smallint,
    approved_by text DEFAULT ''::text NOT NULL
);
CREATE SEQUENCE public.tombstones_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.tombstones_id_seq OWNED BY public.tombstones.id;
CREATE TABLE public.unheard (
    interaction_id bigint NOT NULL,
    is_old smallint DEFAULT '0'::smallint NOT NULL
);
CREATE TABLE public.user_roles (
    user_id bigint NOT NULL,
    role_id bigint NOT NULL
);
CREATE TABLE public.user_services (
    user_id bigint NOT NULL,
    service_id bigint NOT NULL
);
CREATE TABLE public.user_teams (
    user_id bigint NOT NULL,
    team_id bigint NOT NULL
);
CREATE TABLE public.users (
    id bigint NOT NULL,
    login text DEFAULT ''::text NOT NULL,
    login_fold character varying NOT NULL COLLATE pg_catalog."C",
    display_name text DEFAULT ''::text NOT NULL,
    display_fold character varying DEFAULT ''::character varying NOT NULL COLLATE pg_catalog."C",
    disabled smallint DEFAULT '0'::smallint NOT NULL,
    created_us bigint NOT NULL
);
CREATE SEQUENCE public.users_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.users_id_seq OWNED BY public.users.id;
ALTER TABLE ONLY public.agents ALTER COLUMN id SET DEFAULT nextval('public.agents_id_seq'::regclass);
ALTER TABLE ONLY public.categories ALTER COLUMN id SET DEFAULT nextval('public.categories_id_seq'::regclass);
ALTER TABLE ONLY public.comments ALTER COLUMN id SET DEFAULT nextval('public.comments_id_seq'::regclass);
ALTER TABLE ONLY public.criteria_sets ALTER COLUMN id SET DEFAULT nextval('public.criteria_sets_id_seq'::regclass);
ALTER TABLE ONLY public.custom_fields ALTER COLUMN id SET DEFAULT nextval('public.custom_fields_id_seq'::regclass);
ALTER TABLE ONLY public.disposition_changes ALTER COLUMN id SET DEFAULT nextval('public.disposition_changes_id_seq'::regclass);
ALTER TABLE ONLY public.dispositions ALTER COLUMN id SET DEFAULT nextval('public.dispositions_id_seq'::regclass);
ALTER TABLE ONLY public.erasing ALTER COLUMN id SET DEFAULT nextval('public.erasing_id_seq'::regclass);
ALTER TABLE ONLY public.evaluations ALTER COLUMN id SET DEFAULT nextval('public.evaluations_id_seq'::regclass);
ALTER TABLE ONLY public.lifted_holds ALTER COLUMN id SET DEFAULT nextval('public.lifted_holds_id_seq'::regclass);
ALTER TABLE ONLY public.login_failures ALTER COLUMN id SET DEFAULT nextval('public.login_failures_id_seq'::regclass);
ALTER TABLE ONLY public.notes ALTER COLUMN id SET DEFAULT nextval('public.notes_id_seq'::regclass);
ALTER TABLE ONLY public.recordings ALTER COLUMN id SET DEFAULT nextval('public.recordings_id_seq'::regclass);
ALTER TABLE ONLY public.requests ALTER COLUMN id SET DEFAULT nextval('public.requests_id_seq'::regclass);
ALTER TABLE ONLY public.retention_rules ALTER COLUMN id SET DEFAULT nextval('public.retention_rules_id_seq'::regclass);
ALTER TABLE ONLY public.roles ALTER COLUMN id SET DEFAULT nextval('public.roles_id_seq'::regclass);
ALTER TABLE ONLY public.segments ALTER COLUMN id SET DEFAULT nextval('public.segments_id_seq'::regclass);
ALTER TABLE ONLY public.services ALTER COLUMN id SET DEFAULT nextval('public.services_id_seq'::regclass);
ALTER TABLE ONLY public.sign_ins ALTER COLUMN id SET DEFAULT nextval('public.sign_ins_id_seq'::regclass);
ALTER TABLE ONLY public.teams ALTER COLUMN id SET DEFAULT nextval('public.teams_id_seq'::regclass);
ALTER TABLE ONLY public.tombstones ALTER COLUMN id SET DEFAULT nextval('public.tombstones_id_seq'::regclass);
ALTER TABLE ONLY public.users ALTER COLUMN id SET DEFAULT nextval('public.users_id_seq'::regclass);
INSERT INTO public.agents VALUES (1, 'petrov', 'petrov', 'Пётр', 'петр', 'Петров', 'петров', 1, '');
INSERT INTO public.agents VALUES (2, 'ivanova', 'ivanova', 'Анна', 'анна', 'Иванова', 'иванова', 2, '101');
INSERT INTO public.audit VALUES (1, 1795963332812955, '', 'log.begun', 0, '', '{"public":"f9ec7f0ff8afa353832cfeaa00b7e484010f15b9605c00a777074b5301347a13"}', '', '\xc88f1325dc132abf4a80cf7d25c40fe52ae2e506ade051271b3001827ae6912d');
INSERT INTO public.audit VALUES (2, 1795963332831846, 'admin', 'login', 0, '', '{}', 'program@vm', '\xbcd024c9b121358d538a34f2875311981e4f6802bc1912916322ab7a26d87b24');
INSERT INTO public.audit VALUES (3, 1795963332899064, 'admin', 'imported', 0, '', '{"added":3,"updated":0}', 'program@vm', '\xd559747ecb7cf00599ad2af3c8d2b524d9e74985e34c487fcd68a378514078d4');
INSERT INTO public.audit VALUES (4, 1795963332910006, 'admin', 'user.added', 0, '', '{"roles":["supervisor"],"user":"supervisor"}', 'program@vm', '\x5352f8eb95937d33c330d9bf10f6beea990c3fec5de0f8a91cd0a49e3fada959');
INSERT INTO public.audit VALUES (5, 1795963332924474, 'admin', 'evaluated', 1778916145496858402, '5D824441-384C-5071-A264-3D58E6D89206', '{"segment":1,"version":1}', 'program@vm', '\xd99c42dc7d7952ba9b9cd179b1969ff7ccab990a354dd3b076881d5e75abf821');
INSERT INTO public.audit VALUES (6, 1795963332940135, 'admin', 'set.shared', 0, '', '{"set":1,"shared":1}', 'program@vm', '\x540b56f6bb8859fba70fc3ebed69c97323a4c8c1f415b10538a6ecff59321fd0');
INSERT INTO public.audit VALUES (7, 1795963332952677, 'admin', 'commented', 1778916145496858402, '5D824441-384C-5071-A264-3D58E6D89206', '{"comment":1,"public":1}', 'program@vm', '\xd005149db2b6619685f9086bd14cfc40c045b590918dc30504b01bf66ae62827');
INSERT INTO public.audit VALUES (8, 1795963332958253, 'admin', 'tagged', 1778916145496858402, '5D824441-384C-5071-A264-3D58E6D89206', '{"tags":1}', 'program@vm', '\x0dba765d9fea53f3fc4602931a201a3babd640e91ec13244ad6c9f136ca88f2f');
INSERT INTO public.audit VALUES (9, 1795963332964965, 'admin', 'disposition.changed', 1778916145496858402, '5D824441-384C-5071-A264-3D58E6D89206', '{"segment":1}', 'program@vm', '\xfe7367cc44d92ddc6dfdbf7ae009d7f24196045bbd8e9f5de8c7a42e68b96c92');
INSERT INTO public.audit VALUES (10, 1795963333003193, 'admin', 'opened', 1778916145496858402, '5D824441-384C-5071-A264-3D58E6D89206', '{}', 'program@vm', '\x84288343bed61cd4d3dd069daae47525f5b3dade6bfb21f70b32af2a554988fb');
INSERT INTO public.audit_head VALUES (1, 10, 1795963333003193, '\x84288343bed61cd4d3dd069daae47525f5b3dade6bfb21f70b32af2a554988fb', '\x8de90c47c60f086c9924e7025d524a5e95c9b3b2f282e3a7b796c39e180f218e8bdf2c0dfa0e7e628ca0b627ec1fb50da334c098646282357a1965db61462008');
INSERT INTO public.categories VALUES (1, 'Greeting', 'greeting', 0);
INSERT INTO public.categories VALUES (2, 'Knowledge', 'knowledge', 1);
INSERT INTO public.categories VALUES (3, 'Courtesy', 'courtesy', 2);
INSERT INTO public.categories VALUES (4, 'Conversation flow', 'conversation flow', 3);
INSERT INTO public.categories VALUES (5, 'Competence', 'competence', 4);
INSERT INTO public.categories VALUES (6, 'Empathy', 'empathy', 5);
INSERT INTO public.comments VALUES (1, 1778916145496858402, 1, 1, 1, 1696506639500000, NULL, 'Важно', 1795963332949767, NULL);
INSERT INTO public.criteria_set_watchers VALUES (1, 1);
INSERT INTO public.criteria_sets VALUES (1, 1, 'Москва', 'москва', 1, '{"version":1,"criteria":{"join":"and","members":[{"key":"custom.Region","op":"any_of","values":["Москва"]}]}}', 1, 1795963332934158, 0);
INSERT INTO public.custom_fields VALUES (1, 'Region', 'region');
INSERT INTO public.disposition_changes VALUES (1, 1778916145496858402, 1, 2, 1, 1, 1795963332961608, 'ошибка оператора');
INSERT INTO public.dispositions VALUES (1, 'Refused', 'refused');
INSERT INTO public.dispositions VALUES (2, 'Solved', 'solved');
INSERT INTO public.evaluation_scores VALUES (1, 0, 'Greeting', 7);
INSERT INTO public.evaluations VALUES (1, 1778916145496858402, 1, 1, 1, 2, 1, 1795963332913077, 'Хорошо', 7);
INSERT INTO public.interaction_custom VALUES (1, 'москва', 1778916145496858402);
INSERT INTO public.interaction_labels VALUES (1, 'how to pay', 1778919920370022093);
INSERT INTO public.interaction_labels VALUES (2, 'эскалация', 1778916145496858402);
INSERT INTO public.interactions VALUES (1778919920370022093, '82C88C69-54C4-5B6A-8E63-BE4BAC996BC5', 2, 1, 1, 1696510239000000, 1696510299000000, 60000000, 0, 1, 2, 2, '+7 (495) 000-0002', '74950000002', '20000005947', '8 800 100-20-30', '88001002030', '03020010088', '101', '101', '', 'web', '', '', '', '', '', '', '', '', '', '', '', '', 0, 0, 0, 1, 0, NULL, 1, NULL, 1, NULL, NULL, NULL, NULL, 0, '', '["How to pay"]', '', 'native', '', '', 1, '\x4f80bf8b56b253a5762304b62f3c53cb1460c135ce190246274ad01b0974198d', 1795963332870763, 1795963332870763, 0, NULL, NULL);
INSERT INTO public.interactions VALUES (1778923695243768404, '2C16E8E5-EEC0-5954-BD30-6B64D4432DD2', 3, 1, 1, 1696513839000000, 1696513899000000, 60000000, 0, 1, 2, 2, '+7 (495) 000-0003', '74950000003', '30000005947', '8 800 100-20-30', '88001002030', '03020010088', '101', '101', '', '', '', '', '', '', '', '', 'C-1', 'c-1', '', '', 'Тема', 'тема', 0, 0, 0, 0, 0, NULL, 1, NULL, NULL, NULL, 3, NULL, NULL, 0, '', '', '', 'native', '', '', 1, '\x3c2c0666f8512ffe8654e1337a565d37586dfa41ae7b011bee4d2fe52bf52e6d', 1795963332870763, 1795963332870763, 0, NULL, NULL);
INSERT INTO public.interactions VALUES (1778916145496858402, '5D824441-384C-5071-A264-3D58E6D89206', 1, 1, 1, 1696506639000000, 1696506759000000, 120000000, 3000000, 1, 1, 1, '+7 (495) 000-0001', '74950000001', '10000005947', '8 800 100-20-30', '88001002030', '03020010088', '101', '101', '', '', '', '', '', '', '', '', '', '', '', '', '', '', 1, 0, 1, 0, 1, NULL, 2, 1, NULL, NULL, NULL, 7, 1, 1, '[["Region","Москва"]]', '', '["эскалация"]', 'native', '', '', 1, '\x93462965e89317a237f66ffb7e7fdaa4e7d0f17a6da4c9f0616d731cc17e62cd', 1795963332870763, 1795963332961608, 1, 253, 40);
INSERT INTO public.listening_positions VALUES (1, 1778916145496858402, 1696506639500000, 1795963333012413);
INSERT INTO public.messages VALUES (1778919920370022093, 0, 1696506640000000, NULL, 2, 'Клиент', 'Здравствуйте', NULL, 0.5, '', NULL);
INSERT INTO public.meta VALUES ('version', '15');
INSERT INTO public.meta VALUES ('store_id', '8c15923f-c536-4e7f-a119-8d371fa11b95');
INSERT INTO public.meta VALUES ('created_us', '1795963332592545');
INSERT INTO public.meta VALUES ('program', '0.1.0');
INSERT INTO public.meta VALUES ('stems', 'snowball 3.1.0/2');
INSERT INTO public.meta VALUES ('audit_key', '4ddf9c0606a22b0b689a799a9de03fba22d615ae3f5fc6b98630699827ed694e');
INSERT INTO public.notes VALUES (1, 1778916145496858402, 'ivanova', 1696506640000000, 'Перезвонить', NULL, 0);
INSERT INTO public.recordings VALUES (1, 1778916145496858402, 0, 1, 1, 1, 5, '', 'audio/wav', 'ec1eaa2b7b2efbb4d2327b361ddff7a9', 1644, '7697aa2f7bcaf8a3f23847d90bbbfdde1993231b11532e3ee32e00f18a460995', 'call.wav', 1696506639000000, 100000);
INSERT INTO public.recordings VALUES (2, 1778923695243768404, 0, 1, 8, 3, 5, '', 'audio/wav', NULL, 0, '', 'call.wav', 1696503039000000, 1000000);
INSERT INTO public.remembered VALUES (1, 'search', '{"channel": "voice"}');
INSERT INTO public.role_privileges VALUES (1, 'listen.own');
INSERT INTO public.role_privileges VALUES (1, 'qm.dispute');
INSERT INTO public.role_privileges VALUES (1, 'qm.own');
INSERT INTO public.role_privileges VALUES (1, 'qm.self');
INSERT INTO public.role_privileges VALUES (2, 'clip');
INSERT INTO public.role_privileges VALUES (2, 'comment');
INSERT INTO public.role_privileges VALUES (2, 'listen.teams');
INSERT INTO public.role_privileges VALUES (2, 'offline');
INSERT INTO public.role_privileges VALUES (2, 'qm.evaluate');
INSERT INTO public.role_privileges VALUES (3, 'clip');
INSERT INTO public.role_privileges VALUES (3, 'comment');
INSERT INTO public.role_privileges VALUES (3, 'disposition.change');
INSERT INTO public.role_privileges VALUES (3, 'download');
INSERT INTO public.role_privileges VALUES (3, 'listen.all');
INSERT INTO public.role_privileges VALUES (3, 'listen.teams');
INSERT INTO public.role_privileges VALUES (3, 'offline');
INSERT INTO public.role_privileges VALUES (3, 'qm.assign');
INSERT INTO public.role_privileges VALUES (3, 'qm.calibrate');
INSERT INTO public.role_privileges VALUES (3, 'qm.evaluate');
INSERT INTO public.role_privileges VALUES (3, 'qm.forms');
INSERT INTO public.role_privileges VALUES (3, 'qm.reports');
INSERT INTO public.role_privileges VALUES (3, 'qm.reports_export');
INSERT INTO public.role_privileges VALUES (3, 'qm.view_all');
INSERT INTO public.role_privileges VALUES (3, 'sets.share');
INSERT INTO public.role_privileges VALUES (4, 'comment');
INSERT INTO public.role_privileges VALUES (4, 'disposition.change');
INSERT INTO public.role_privileges VALUES (4, 'download');
INSERT INTO public.role_privileges VALUES (4, 'listen.teams');
INSERT INTO public.role_privileges VALUES (4, 'qm.reports');
INSERT INTO public.role_privileges VALUES (4, 'qm.view_all');
INSERT INTO public.role_privileges VALUES (5, 'clip');
INSERT INTO public.role_privileges VALUES (5, 'comment');
INSERT INTO public.role_privileges VALUES (5, 'download');
INSERT INTO public.role_privileges VALUES (5, 'export.manual');
INSERT INTO public.role_privileges VALUES (5, 'listen.teams');
INSERT INTO public.role_privileges VALUES (6, 'listen.services');
INSERT INTO public.role_privileges VALUES (7, 'export.manual');
INSERT INTO public.role_privileges VALUES (7, 'listen.all');
INSERT INTO public.role_privileges VALUES (7, 'qm.reports');
INSERT INTO public.role_privileges VALUES (7, 'qm.reports_export');
INSERT INTO public.role_privileges VALUES (8, 'export.scheduled');
INSERT INTO public.role_privileges VALUES (8, 'import');
INSERT INTO public.role_privileges VALUES (9, 'admin.encryption');
INSERT INTO public.role_privileges VALUES (9, 'admin.grant');
INSERT INTO public.role_privileges VALUES (9, 'admin.rules');
INSERT INTO public.role_privileges VALUES (9, 'admin.server');
INSERT INTO public.role_privileges VALUES (9, 'admin.settings');
INSERT INTO public.role_privileges VALUES (9, 'admin.users');
INSERT INTO public.role_privileges VALUES (9, 'audit.view');
INSERT INTO public.role_privileges VALUES (9, 'clip');
INSERT INTO public.role_privileges VALUES (9, 'comment');
INSERT INTO public.role_privileges VALUES (9, 'disposition.change');
INSERT INTO public.role_privileges VALUES (9, 'download');
INSERT INTO public.role_privileges VALUES (9, 'export.manual');
INSERT INTO public.role_privileges VALUES (9, 'export.scheduled');
INSERT INTO public.role_privileges VALUES (9, 'import');
INSERT INTO public.role_privileges VALUES (9, 'listen.all');
INSERT INTO public.role_privileges VALUES (9, 'listen.own');
INSERT INTO public.role_privileges VALUES (9, 'listen.services');
INSERT INTO public.role_privileges VALUES (9, 'listen.teams');
INSERT INTO public.role_privileges VALUES (9, 'offline');
INSERT INTO public.role_privileges VALUES (9, 'qm.assign');
INSERT INTO public.role_privileges VALUES (9, 'qm.calibrate');
INSERT INTO public.role_privileges VALUES (9, 'qm.dispute');
INSERT INTO public.role_privileges VALUES (9, 'qm.evaluate');
INSERT INTO public.role_privileges VALUES (9, 'qm.forms');
INSERT INTO public.role_privileges VALUES (9, 'qm.own');
INSERT INTO public.role_privileges VALUES (9, 'qm.reports');
INSERT INTO public.role_privileges VALUES (9, 'qm.reports_export');
INSERT INTO public.role_privileges VALUES (9, 'qm.self');
INSERT INTO public.role_privileges VALUES (9, 'qm.view_all');
INSERT INTO public.role_privileges VALUES (9, 'records.erase');
INSERT INTO public.role_privileges VALUES (9, 'records.erase_email_bulk');
INSERT INTO public.role_privileges VALUES (9, 'records.hold');
INSERT INTO public.role_privileges VALUES (9, 'records.redact');
INSERT INTO public.role_privileges VALUES (9, 'records.retention');
INSERT INTO public.role_privileges VALUES (9, 'sets.share');
INSERT INTO public.roles VALUES (1, 'agent', 'Agent', 1, 0, 0);
INSERT INTO public.roles VALUES (2, 'qm_evaluator', 'QM Evaluator', 1, 0, 0);
INSERT INTO public.roles VALUES (3, 'qm_manager', 'QM Manager', 1, 0, 0);
INSERT INTO public.roles VALUES (4, 'supervisor', 'Supervisor', 1, 0, 0);
INSERT INTO public.roles VALUES (5, 'trainer', 'Trainer', 1, 0, 0);
INSERT INTO public.roles VALUES (6, 'customer', 'Customer', 1, 0, 0);
INSERT INTO public.roles VALUES (7, 'manager', 'Manager', 1, 0, 0);
INSERT INTO public.roles VALUES (8, 'api', 'API', 1, 0, 0);
INSERT INTO public.roles VALUES (9, 'administrator', 'Administrator', 1, 0, 0);
INSERT INTO public.segments VALUES (2, 1778916145496858402, 2, 1, 1696506699000000, 1696506759000000, 1, 1, 1, '', '', NULL, NULL, NULL);
INSERT INTO public.segments VALUES (3, 1778919920370022093, 1, 1, 1696510239000000, 1696510299000000, 2, 1, 2, '', '', NULL, NULL, NULL);
INSERT INTO public.segments VALUES (4, 1778923695243768404, 1, 1, 1696513839000000, 1696513899000000, 2, 1, 2, '', '', NULL, NULL, NULL);
INSERT INTO public.segments VALUES (1, 1778916145496858402, 1, 1, 1696506639000000, 1696506699000000, 2, 1, 1, '', '', 1, 2, NULL);
INSERT INTO public.service_dispositions VALUES (1, 1);
INSERT INTO public.service_dispositions VALUES (1, 2);
INSERT INTO public.services VALUES (1, 'Support', 'support');
INSERT INTO public.settings VALUES ('name', '"Test"');
INSERT INTO public.settings VALUES ('time_zone', '"Europe/Moscow"');
INSERT INTO public.settings VALUES ('language', '"en"');
INSERT INTO public.settings VALUES ('features', '["cpa", "extended_qm", "multichannel", "screen", "sentiment", "transcripts"]');
INSERT INTO public.settings VALUES ('sealed', '[]');
INSERT INTO public.settings VALUES ('lock_minutes', '30');
INSERT INTO public.settings VALUES ('second_person', '[]');
INSERT INTO public.settings VALUES ('sensitive_services', '[]');
INSERT INTO public.settings VALUES ('sensitive_tags', '[]');
INSERT INTO public.spans VALUES (1778916145496858402, 0, 0, 0, 1696506639000000, 100000);
INSERT INTO public.spans VALUES (1778923695243768404, 0, 0, 0, 1696503039000000, 1000000);
INSERT INTO public.steps VALUES (1778916145496858402, 0, 1, 1696506640000000, 5, 'Main', 'SetLanguage.1', 'Language', -1, 'normal exit');
INSERT INTO public.stretches VALUES (1778916145496858402, 1, 0, 6, 1696506648000000, 1696506651000000, '');
INSERT INTO public.teams VALUES (1, 'Claims', 'claims');
INSERT INTO public.teams VALUES (2, 'Sales', 'sales');
INSERT INTO public.texts VALUES (1778919920370022093, '{здравств}', ' здравствуйте ');
INSERT INTO public.tombstones VALUES (1, 1778923695243768404, 8, 1696506640000000, 'boss', 'asked', 0, 1, 9, NULL, NULL, '');
INSERT INTO public.user_roles VALUES (1, 9);
INSERT INTO public.user_roles VALUES (2, 4);
INSERT INTO public.user_teams VALUES (2, 1);
INSERT INTO public.users VALUES (1, 'admin', 'admin', 'admin', 'admin', 0, 1795963332592545);
INSERT INTO public.users VALUES (2, 'supervisor', 'supervisor', 'Supervisor', 'supervisor', 0, 1795963332905032);
SELECT pg_catalog.setval('public.agents_id_seq', 2, true);
SELECT pg_catalog.setval('public.categories_id_seq', 7, false);
SELECT pg_catalog.setval('public.comments_id_seq', 1, true);
SELECT pg_catalog.setval('public.criteria_sets_id_seq', 1, true);
SELECT pg_catalog.setval('public.custom_fields_id_seq', 1, true);
SELECT pg_catalog.setval('public.disposition_changes_id_seq', 1, true);
SELECT pg_catalog.setval('public.dispositions_id_seq', 2, true);
SELECT pg_catalog.setval('public.erasing_id_seq', 1, false);
SELECT pg_catalog.setval('public.evaluations_id_seq', 1, true);
SELECT pg_catalog.setval('public.lifted_holds_id_seq', 1, false);
SELECT pg_catalog.setval('public.login_failures_id_seq', 1, false);
SELECT pg_catalog.setval('public.notes_id_seq', 1, true);
SELECT pg_catalog.setval('public.recordings_id_seq', 2, true);
SELECT pg_catalog.setval('public.requests_id_seq', 1, false);
SELECT pg_catalog.setval('public.retention_rules_id_seq', 1, false);
SELECT pg_catalog.setval('public.roles_id_seq', 10, false);
SELECT pg_catalog.setval('public.segments_id_seq', 4, true);
SELECT pg_catalog.setval('public.services_id_seq', 1, true);
SELECT pg_catalog.setval('public.sign_ins_id_seq', 1, false);
SELECT pg_catalog.setval('public.teams_id_seq', 2, true);
SELECT pg_catalog.setval('public.tombstones_id_seq', 1, true);
SELECT pg_catalog.setval('public.users_id_seq', 2, true);
ALTER TABLE ONLY public.accounts
    ADD CONSTRAINT accounts_pkey PRIMARY KEY (user_id);
ALTER TABLE ONLY public.agents
    ADD CONSTRAINT agents_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.audit_head
    ADD CONSTRAINT audit_head_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.audit
    ADD CONSTRAINT audit_pkey PRIMARY KEY (number);
ALTER TABLE ONLY public.categories
    ADD CONSTRAINT categories_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.comments
    ADD CONSTRAINT comments_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.criteria_set_watchers
    ADD CONSTRAINT criteria_set_watchers_pkey PRIMARY KEY (user_id, set_id);
ALTER TABLE ONLY public.criteria_sets
    ADD CONSTRAINT criteria_sets_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.custom_fields
    ADD CONSTRAINT custom_fields_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.cut_pieces
    ADD CONSTRAINT cut_pieces_pkey PRIMARY KEY (sha256, origin_us);
ALTER TABLE ONLY public.disposition_changes
    ADD CONSTRAINT disposition_changes_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.dispositions
    ADD CONSTRAINT dispositions_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.erasing_left
    ADD CONSTRAINT erasing_left_pkey PRIMARY KEY (erasing_id, interaction_id);
ALTER TABLE ONLY public.erasing
    ADD CONSTRAINT erasing_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.evaluation_scores
    ADD CONSTRAINT evaluation_scores_pkey PRIMARY KEY (evaluation_id, ordinal);
ALTER TABLE ONLY public.evaluations
    ADD CONSTRAINT evaluations_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.holds
    ADD CONSTRAINT holds_pkey PRIMARY KEY (interaction_id);
ALTER TABLE ONLY public.interactions
    ADD CONSTRAINT interactions_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.known_as
    ADD CONSTRAINT known_as_pkey PRIMARY KEY (giid);
ALTER TABLE ONLY public.lifted_holds
    ADD CONSTRAINT lifted_holds_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.listening_positions
    ADD CONSTRAINT listening_positions_pkey PRIMARY KEY (user_id, interaction_id);
ALTER TABLE ONLY public.login_failures
    ADD CONSTRAINT login_failures_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.messages
    ADD CONSTRAINT messages_pkey PRIMARY KEY (interaction_id, ordinal);
ALTER TABLE ONLY public.meta
    ADD CONSTRAINT meta_pkey PRIMARY KEY (key);
ALTER TABLE ONLY public.notes
    ADD CONSTRAINT notes_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.pending_unlink
    ADD CONSTRAINT pending_unlink_pkey PRIMARY KEY (object_id);
ALTER TABLE ONLY public.recordings
    ADD CONSTRAINT recordings_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.request_items
    ADD CONSTRAINT request_items_pkey PRIMARY KEY (request_id, interaction_id);
ALTER TABLE ONLY public.requests
    ADD CONSTRAINT requests_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.retention_rules
    ADD CONSTRAINT retention_rules_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.role_privileges
    ADD CONSTRAINT role_privileges_pkey PRIMARY KEY (role_id, privilege);
ALTER TABLE ONLY public.roles
    ADD CONSTRAINT roles_key_key UNIQUE (key);
ALTER TABLE ONLY public.roles
    ADD CONSTRAINT roles_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.segments
    ADD CONSTRAINT segments_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.service_dispositions
    ADD CONSTRAINT service_dispositions_pkey PRIMARY KEY (service_id, disposition_id);
ALTER TABLE ONLY public.services
    ADD CONSTRAINT services_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.settings
    ADD CONSTRAINT settings_pkey PRIMARY KEY (key);
ALTER TABLE ONLY public.sign_ins
    ADD CONSTRAINT sign_ins_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.spans
    ADD CONSTRAINT spans_pkey PRIMARY KEY (interaction_id, recording_ordinal, ordinal);
ALTER TABLE ONLY public.steps
    ADD CONSTRAINT steps_pkey PRIMARY KEY (interaction_id, ordinal);
ALTER TABLE ONLY public.stretches
    ADD CONSTRAINT stretches_pkey PRIMARY KEY (interaction_id, segment_number, ordinal);
ALTER TABLE ONLY public.teams
    ADD CONSTRAINT teams_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.tellings
    ADD CONSTRAINT tellings_pkey PRIMARY KEY (interaction_id);
ALTER TABLE ONLY public.texts
    ADD CONSTRAINT texts_pkey PRIMARY KEY (interaction_id);
ALTER TABLE ONLY public.tombstones
    ADD CONSTRAINT tombstones_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.unheard
    ADD CONSTRAINT unheard_pkey PRIMARY KEY (interaction_id);
ALTER TABLE ONLY public.user_roles
    ADD CONSTRAINT user_roles_pkey PRIMARY KEY (user_id, role_id);
ALTER TABLE ONLY public.user_services
    ADD CONSTRAINT user_services_pkey PRIMARY KEY (user_id, service_id);
ALTER TABLE ONLY public.user_teams
    ADD CONSTRAINT user_teams_pkey PRIMARY KEY (user_id, team_id);
ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_pkey PRIMARY KEY (id);
CREATE INDEX ix_account ON public.interactions USING btree ("left"((account_fold)::text, 200), started_us, id) WHERE ((account_fold)::text <> ''::text);
CREATE INDEX ix_added ON public.interactions USING btree (added_us, id);
CREATE INDEX ix_agent ON public.interactions USING btree (agent_id, started_us);
CREATE INDEX ix_audit_act ON public.audit USING btree (act, number);
CREATE INDEX ix_audit_at ON public.audit USING btree (at_us, number);
CREATE INDEX ix_audit_interaction ON public.audit USING btree (interaction_id, number);
CREATE INDEX ix_audit_login ON public.audit USING btree (login, number);
CREATE INDEX ix_case ON public.interactions USING btree ("left"((case_fold)::text, 200), started_us, id) WHERE ((case_fold)::text <> ''::text);
CREATE INDEX ix_channel ON public.interactions USING btree (channel, started_us);
CREATE INDEX ix_comment ON public.comments USING btree (interaction_id, kind, author_id, public);
CREATE INDEX ix_comment_kind ON public.comments USING btree (kind, author_id, public, interaction_id);
CREATE INDEX ix_connected ON public.interactions USING btree ("left"((connected_fold)::text, 200), started_us, id) WHERE ((connected_fold)::text <> ''::text);
CREATE INDEX ix_criteria_set_watcher ON public.criteria_set_watchers USING btree (set_id);
CREATE INDEX ix_custom_interaction ON public.interaction_custom USING btree (interaction_id);
CREATE INDEX ix_cut_object ON public.cut_pieces USING btree (object_id);
CREATE INDEX ix_disposition ON public.interactions USING btree (disposition_id, started_us, id);
CREATE INDEX ix_disposition_change ON public.disposition_changes USING btree (interaction_id, at_us);
CREATE INDEX ix_duration ON public.interactions USING btree (duration_us, started_us, id);
CREATE INDEX ix_evaluated ON public.interactions USING btree (evaluated, started_us, id) WHERE (evaluated = 1);
CREATE INDEX ix_evaluation_evaluator ON public.evaluations USING btree (evaluator_id, at_us);
CREATE INDEX ix_evaluator ON public.interactions USING btree (evaluator_id, started_us, id) WHERE (evaluator_id IS NOT NULL);
CREATE INDEX ix_flagged ON public.interactions USING btree (flagged, started_us, id) WHERE (flagged = 1);
CREATE INDEX ix_from ON public.interactions USING btree ("left"((from_fold)::text, 200), started_us, id);
CREATE INDEX ix_from_rev ON public.interactions USING btree ("left"((from_rev)::text, 200));
CREATE INDEX ix_known_as ON public.known_as USING btree (interaction_id);
CREATE INDEX ix_label_interaction ON public.interaction_labels USING btree (interaction_id);
CREATE INDEX ix_lifted_hold ON public.lifted_holds USING btree (interaction_id);
CREATE INDEX ix_listening_interaction ON public.listening_positions USING btree (interaction_id);
CREATE INDEX ix_login_failure ON public.login_failures USING btree (user_id, at_us);
CREATE INDEX ix_note ON public.notes USING btree (interaction_id);
CREATE INDEX ix_notes ON public.interactions USING btree (has_notes, started_us, id) WHERE (has_notes = 1);
CREATE INDEX ix_problem ON public.interactions USING btree ("left"((call_problem_fold)::text, 200), started_us, id) WHERE ((call_problem_fold)::text <> ''::text);
CREATE INDEX ix_recording_object ON public.recordings USING btree (object_id);
CREATE INDEX ix_recording_screen ON public.recordings USING btree (sha256) WHERE (kind = 5);
CREATE INDEX ix_scan ON public.interactions USING btree (started_us, id, channel, direction, outcome, ended_us, duration_us, hold_us, service_id, disposition_id, agent_id, sentiment, was_transferred, flagged, voice_signature, km_used, "left"((call_problem_fold)::text, 200), voice_state, transcript_state, screen_state, email_state, segment_count, evaluated, score);
CREATE INDEX ix_scenario ON public.interactions USING btree ("left"((scenario_fold)::text, 200), started_us);
CREATE INDEX ix_score ON public.interactions USING btree (score, started_us, id) WHERE (score IS NOT NULL);
CREATE INDEX ix_segment_agent ON public.segments USING btree (agent_id, started_us, interaction_id);
CREATE INDEX ix_segment_service ON public.segments USING btree (service_id, started_us, interaction_id);
CREATE INDEX ix_segment_who ON public.segments USING btree (interaction_id, agent_id, service_id);
CREATE INDEX ix_segments ON public.interactions USING btree (segment_count, started_us);
CREATE INDEX ix_sentiment ON public.interactions USING btree (sentiment, started_us);
CREATE INDEX ix_service ON public.interactions USING btree (service_id, started_us, id);
CREATE INDEX ix_sign_in ON public.sign_ins USING btree (user_id);
CREATE INDEX ix_silence ON public.interactions USING btree (silence_share, started_us, id) WHERE (silence_share IS NOT NULL);
CREATE INDEX ix_started ON public.interactions USING btree (started_us, id);
CREATE INDEX ix_subject ON public.interactions USING btree ("left"((subject_fold)::text, 200), started_us, id) WHERE ((subject_fold)::text <> ''::text);
CREATE INDEX ix_talkover ON public.interactions USING btree (talkover_share, started_us, id) WHERE (talkover_share IS NOT NULL);
CREATE INDEX ix_thread ON public.interactions USING btree ("left"((thread_fold)::text, 200), started_us, id) WHERE ((thread_fold)::text <> ''::text);
CREATE INDEX ix_to ON public.interactions USING btree ("left"((to_fold)::text, 200), started_us, id);
CREATE INDEX ix_to_rev ON public.interactions USING btree ("left"((to_rev)::text, 200));
CREATE INDEX ix_tombstone ON public.tombstones USING btree (interaction_id);
CREATE INDEX ix_voice ON public.interactions USING btree (voice_state, started_us);
CREATE INDEX like_addresses ON public.interactions USING gin (from_fold public.gin_trgm_ops, to_fold public.gin_trgm_ops, connected_fold public.gin_trgm_ops);
CREATE INDEX like_texts ON public.interactions USING gin (subject_fold public.gin_trgm_ops, account_fold public.gin_trgm_ops, case_fold public.gin_trgm_ops, thread_fold public.gin_trgm_ops);
CREATE INDEX text_stems ON public.texts USING gin (stems) WITH (fastupdate=off);
CREATE UNIQUE INDEX ux_agents_login_fold ON public.agents USING btree ("left"((login_fold)::text, 200), hashtextextended((login_fold)::text, (0)::bigint));
CREATE UNIQUE INDEX ux_categories_name_fold ON public.categories USING btree ("left"((name_fold)::text, 200), hashtextextended((name_fold)::text, (0)::bigint));
CREATE UNIQUE INDEX ux_criteria_set ON public.criteria_sets USING btree (owner_id, "left"((name_fold)::text, 200), removed_us, hashtextextended((name_fold)::text, (0)::bigint));
CREATE UNIQUE INDEX ux_custom_fields_name_fold ON public.custom_fields USING btree ("left"((name_fold)::text, 200), hashtextextended((name_fold)::text, (0)::bigint));
CREATE UNIQUE INDEX ux_dispositions_name ON public.dispositions USING btree ("left"((name)::text, 200), hashtextextended((name)::text, (0)::bigint));
CREATE UNIQUE INDEX ux_evaluation ON public.evaluations USING btree (interaction_id, segment_number, evaluator_id, kind, version);
CREATE UNIQUE INDEX ux_giid ON public.interactions USING btree (giid);
CREATE UNIQUE INDEX ux_interaction_custom_field_id_value_fold_interaction_id ON public.interaction_custom USING btree (field_id, "left"((value_fold)::text, 200), interaction_id, hashtextextended((value_fold)::text, (0)::bigint));
CREATE UNIQUE INDEX ux_interaction_labels_kind_value_fold_interaction_id ON public.interaction_labels USING btree (kind, "left"((value_fold)::text, 200), interaction_id, hashtextextended((value_fold)::text, (0)::bigint));
CREATE UNIQUE INDEX ux_recording ON public.recordings USING btree (interaction_id, ordinal);
CREATE UNIQUE INDEX ux_remembered_user_id_name ON public.remembered USING btree (user_id, "left"((name)::text, 200), hashtextextended((name)::text, (0)::bigint));
CREATE UNIQUE INDEX ux_retention_rules_service_id_what ON public.retention_rules USING btree (service_id, "left"((what)::text, 200), hashtextextended((what)::text, (0)::bigint));
CREATE UNIQUE INDEX ux_segment ON public.segments USING btree (interaction_id, number);
CREATE UNIQUE INDEX ux_services_name ON public.services USING btree ("left"((name)::text, 200), hashtextextended((name)::text, (0)::bigint));
CREATE UNIQUE INDEX ux_teams_name ON public.teams USING btree ("left"((name)::text, 200), hashtextextended((name)::text, (0)::bigint));
CREATE UNIQUE INDEX ux_users_login_fold ON public.users USING btree ("left"((login_fold)::text, 200), hashtextextended((login_fold)::text, (0)::bigint));
ALTER TABLE ONLY public.accounts
    ADD CONSTRAINT accounts_team_id_fkey FOREIGN KEY (team_id) REFERENCES public.teams(id);
ALTER TABLE ONLY public.accounts
    ADD CONSTRAINT accounts_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.agents
    ADD CONSTRAINT agents_team_id_fkey FOREIGN KEY (team_id) REFERENCES public.teams(id);
ALTER TABLE ONLY public.comments
    ADD CONSTRAINT comments_author_id_fkey FOREIGN KEY (author_id) REFERENCES public.users(id);
ALTER TABLE ONLY public.comments
    ADD CONSTRAINT comments_interaction_id_fkey FOREIGN KEY (interaction_id) REFERENCES public.interactions(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.criteria_set_watchers
    ADD CONSTRAINT criteria_set_watchers_set_id_fkey FOREIGN KEY (set_id) REFERENCES public.criteria_sets(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.criteria_set_watchers
    ADD CONSTRAINT criteria_set_watchers_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.criteria_sets
    ADD CONSTRAINT criteria_sets_owner_id_fkey FOREIGN KEY (owner_id) REFERENCES public.users(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.disposition_changes
    ADD CONSTRAINT disposition_changes_former_id_fkey FOREIGN KEY (former_id) REFERENCES public.dispositions(id);
ALTER TABLE ONLY public.disposition_changes
    ADD CONSTRAINT disposition_changes_fresh_id_fkey FOREIGN KEY (fresh_id) REFERENCES public.dispositions(id);
ALTER TABLE ONLY public.disposition_changes
    ADD CONSTRAINT disposition_changes_interaction_id_fkey FOREIGN KEY (interaction_id) REFERENCES public.interactions(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.disposition_changes
    ADD CONSTRAINT disposition_changes_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id);
ALTER TABLE ONLY public.erasing_left
    ADD CONSTRAINT erasing_left_interaction_id_fkey FOREIGN KEY (interaction_id) REFERENCES public.interactions(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.evaluation_scores
    ADD CONSTRAINT evaluation_scores_evaluation_id_fkey FOREIGN KEY (evaluation_id) REFERENCES public.evaluations(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.evaluations
    ADD CONSTRAINT evaluations_evaluator_id_fkey FOREIGN KEY (evaluator_id) REFERENCES public.users(id);
ALTER TABLE ONLY public.evaluations
    ADD CONSTRAINT evaluations_interaction_id_fkey FOREIGN KEY (interaction_id) REFERENCES public.interactions(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.holds
    ADD CONSTRAINT holds_interaction_id_fkey FOREIGN KEY (interaction_id) REFERENCES public.interactions(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.interaction_custom
    ADD CONSTRAINT interaction_custom_field_id_fkey FOREIGN KEY (field_id) REFERENCES public.custom_fields(id);
ALTER TABLE ONLY public.interaction_custom
    ADD CONSTRAINT interaction_custom_interaction_id_fkey FOREIGN KEY (interaction_id) REFERENCES public.interactions(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.interaction_labels
    ADD CONSTRAINT interaction_labels_interaction_id_fkey FOREIGN KEY (interaction_id) REFERENCES public.interactions(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.interactions
    ADD CONSTRAINT interactions_agent_id_fkey FOREIGN KEY (agent_id) REFERENCES public.agents(id);
ALTER TABLE ONLY public.interactions
    ADD CONSTRAINT interactions_disposition_id_fkey FOREIGN KEY (disposition_id) REFERENCES public.dispositions(id);
ALTER TABLE ONLY public.interactions
    ADD CONSTRAINT interactions_evaluator_id_fkey FOREIGN KEY (evaluator_id) REFERENCES public.users(id);
ALTER TABLE ONLY public.interactions
    ADD CONSTRAINT interactions_service_id_fkey FOREIGN KEY (service_id) REFERENCES public.services(id);
ALTER TABLE ONLY public.known_as
    ADD CONSTRAINT known_as_interaction_id_fkey FOREIGN KEY (interaction_id) REFERENCES public.interactions(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.lifted_holds
    ADD CONSTRAINT lifted_holds_interaction_id_fkey FOREIGN KEY (interaction_id) REFERENCES public.interactions(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.listening_positions
    ADD CONSTRAINT listening_positions_interaction_id_fkey FOREIGN KEY (interaction_id) REFERENCES public.interactions(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.listening_positions
    ADD CONSTRAINT listening_positions_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.login_failures
    ADD CONSTRAINT login_failures_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.messages
    ADD CONSTRAINT messages_interaction_id_fkey FOREIGN KEY (interaction_id) REFERENCES public.interactions(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.notes
    ADD CONSTRAINT notes_interaction_id_fkey FOREIGN KEY (interaction_id) REFERENCES public.interactions(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.recordings
    ADD CONSTRAINT recordings_interaction_id_fkey FOREIGN KEY (interaction_id) REFERENCES public.interactions(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.remembered
    ADD CONSTRAINT remembered_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.request_items
    ADD CONSTRAINT request_items_interaction_id_fkey FOREIGN KEY (interaction_id) REFERENCES public.interactions(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.request_items
    ADD CONSTRAINT request_items_request_id_fkey FOREIGN KEY (request_id) REFERENCES public.requests(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.retention_rules
    ADD CONSTRAINT retention_rules_service_id_fkey FOREIGN KEY (service_id) REFERENCES public.services(id);
ALTER TABLE ONLY public.role_privileges
    ADD CONSTRAINT role_privileges_role_id_fkey FOREIGN KEY (role_id) REFERENCES public.roles(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.segments
    ADD CONSTRAINT segments_agent_id_fkey FOREIGN KEY (agent_id) REFERENCES public.agents(id);
ALTER TABLE ONLY public.segments
    ADD CONSTRAINT segments_disposition_id_fkey FOREIGN KEY (disposition_id) REFERENCES public.dispositions(id);
ALTER TABLE ONLY public.segments
    ADD CONSTRAINT segments_interaction_id_fkey FOREIGN KEY (interaction_id) REFERENCES public.interactions(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.segments
    ADD CONSTRAINT segments_service_id_fkey FOREIGN KEY (service_id) REFERENCES public.services(id);
ALTER TABLE ONLY public.service_dispositions
    ADD CONSTRAINT service_dispositions_disposition_id_fkey FOREIGN KEY (disposition_id) REFERENCES public.dispositions(id);
ALTER TABLE ONLY public.service_dispositions
    ADD CONSTRAINT service_dispositions_service_id_fkey FOREIGN KEY (service_id) REFERENCES public.services(id);
ALTER TABLE ONLY public.sign_ins
    ADD CONSTRAINT sign_ins_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.spans
    ADD CONSTRAINT spans_interaction_id_fkey FOREIGN KEY (interaction_id) REFERENCES public.interactions(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.steps
    ADD CONSTRAINT steps_interaction_id_fkey FOREIGN KEY (interaction_id) REFERENCES public.interactions(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.stretches
    ADD CONSTRAINT stretches_interaction_id_fkey FOREIGN KEY (interaction_id) REFERENCES public.interactions(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.tellings
    ADD CONSTRAINT tellings_interaction_id_fkey FOREIGN KEY (interaction_id) REFERENCES public.interactions(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.texts
    ADD CONSTRAINT texts_interaction_id_fkey FOREIGN KEY (interaction_id) REFERENCES public.interactions(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.tombstones
    ADD CONSTRAINT tombstones_interaction_id_fkey FOREIGN KEY (interaction_id) REFERENCES public.interactions(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.unheard
    ADD CONSTRAINT unheard_interaction_id_fkey FOREIGN KEY (interaction_id) REFERENCES public.interactions(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.user_roles
    ADD CONSTRAINT user_roles_role_id_fkey FOREIGN KEY (role_id) REFERENCES public.roles(id);
ALTER TABLE ONLY public.user_roles
    ADD CONSTRAINT user_roles_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.user_services
    ADD CONSTRAINT user_services_service_id_fkey FOREIGN KEY (service_id) REFERENCES public.services(id);
ALTER TABLE ONLY public.user_services
    ADD CONSTRAINT user_services_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.user_teams
    ADD CONSTRAINT user_teams_team_id_fkey FOREIGN KEY (team_id) REFERENCES public.teams(id);
ALTER TABLE ONLY public.user_teams
    ADD CONSTRAINT user_teams_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;
