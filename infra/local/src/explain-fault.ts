/** Faults of the file system by code, with their remedies. */
const remedies: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full: free some space, or set LOCAL_DATA_DIR to a folder on another one',
  EDQUOT: 'the disk quota is used up: free some space, or set LOCAL_DATA_DIR to a folder on another disk',
  EROFS: 'the file system is read-only: set LOCAL_DATA_DIR to a writable folder',
  EACCES: 'this user has no permission: set LOCAL_DATA_DIR to a writable folder',
  EPERM: 'this user has no permission: set LOCAL_DATA_DIR to a writable folder',
  ENOENT: 'a folder above it is missing or read-only: set LOCAL_DATA_DIR to a folder that can be created',
  ENOTDIR: 'there is a file where a folder should be: set LOCAL_DATA_DIR to a folder',
  EEXIST: 'there is a file where a folder should be: set LOCAL_DATA_DIR to a folder',
};

/** The message for a stack that cannot be started. */
export function explain(error: unknown): string {
  if (!(error instanceof Error)) return JSON.stringify(error);
  const { code, path } = error as NodeJS.ErrnoException; // Both are absent on any other error.
  const remedy = code === undefined ? undefined : remedies[code];
  if (remedy !== undefined) return `${path ?? 'the data folder'} cannot be written: ${remedy}`;
  // The error text of another program, such as PostgreSQL.
  if (error.message.includes('No space left on device')) return `${error.message}\n${remedies['ENOSPC']}`;
  return error.message;
}
