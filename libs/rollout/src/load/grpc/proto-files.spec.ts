import { win32, posix } from 'node:path';
import { foldersAbove } from './proto-files.js';

describe('where imports of a proto file are looked for', () => {
  it('is in the folders above it, as far as the project goes', () => {
    expect(foldersAbove('/app/proto/v1/a.proto', '/app', posix)).toEqual(['/app/proto/v1', '/app/proto', '/app']);
    expect(foldersAbove('/else/a.proto', '/app', posix)).toEqual(['/else']);
  });

  it('is in its own folder where it is on another drive of Windows', () => {
    expect(foldersAbove(String.raw`D:\proto\a.proto`, String.raw`C:\app`, win32)).toEqual([String.raw`D:\proto`]);
  });
});
