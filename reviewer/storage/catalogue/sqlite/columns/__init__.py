"""What searches ask about, a second time and by column: many thousand interactions in one array.

A condition compares a whole column of a block at once, whatever the conditions beside it are, so
no search depends on an index that happens to fit. `coding` has the arrays and their bytes,
`sources` says which columns there are and reads them out of the tables, `layout` has the tables
and triggers that keep them in step, `in_step` sees what is out of
step, `keeping` writes, `view` reads, `asking` turns criteria into
tests of blocks, `orders` finds what comes first, and `answers` puts it together.

The tables of the catalogue stay what is true; all this can be made anew from them.
"""

from __future__ import annotations
