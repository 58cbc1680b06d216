/** Where the files of a backup lie until all of them are found whole; while it is there, a data folder is no installation. */
export const UNFINISHED_RESTORE = '.restoring';
