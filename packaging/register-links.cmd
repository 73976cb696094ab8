@echo off
rem Lets Windows open reviewer:// links with the program beside this file, for this user.
set PROGRAM=%~dp0reviewer.exe
reg add "HKCU\Software\Classes\reviewer" /ve /d "URL:Reviewer" /f
reg add "HKCU\Software\Classes\reviewer" /v "URL Protocol" /d "" /f
reg add "HKCU\Software\Classes\reviewer\shell\open\command" /ve /d "\"%PROGRAM%\" open \"%%1\"" /f
