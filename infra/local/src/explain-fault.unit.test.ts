import { describe, expect, it } from 'vitest';

import { explain } from './explain-fault.js';

const fault = (code: string, path?: string): Error =>
  Object.assign(new Error(`${code}: in the system's words`), {
    code,
    ...(path === undefined ? {} : { path }),
  });

describe('the message for a fault', () => {
  it.each([
    ['ENOSPC', /^\/d\/f cannot be written: the disk is full: .* LOCAL_DATA_DIR/],
    ['EROFS', /^\/d\/f cannot be written: the file system is read-only: .* LOCAL_DATA_DIR/],
    ['EACCES', /^\/d\/f cannot be written: this user has no permission: .* LOCAL_DATA_DIR/],
    ['ENOTDIR', /^\/d\/f cannot be written: there is a file where a folder should be: .* LOCAL_DATA_DIR/],
  ])('names the file and the remedy of %s', (code, expected) => {
    expect(explain(fault(code, '/d/f'))).toMatch(expected);
  });

  it('says that the disk is full even if the error names no file', () => {
    expect(explain(fault('ENOSPC'))).toContain('the disk is full');
  });

  it('adds the remedy to another program’s error about a full disk', () => {
    expect(explain(new Error('initdb failed: No space left on device'))).toMatch(
      /^initdb failed.*\nthe disk is full/,
    );
  });

  it('is the message of any other error, unchanged', () => {
    expect(explain(new Error('port 1 is taken'))).toBe('port 1 is taken');
    expect(explain('odd')).toBe('"odd"');
  });
});
