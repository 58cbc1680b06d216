import { isDiskFull } from './disk-full.ts';
import { ContentFlowError } from './errors.ts';

it.each([
  ['SQLite’s own word', { errcode: 13 }],
  ['a write that a limit on file sizes cut short', { errcode: 778 }],
  ['an index of the write-ahead log that cannot grow', { errcode: 4874 }],
  ['no space', { code: 'ENOSPC' }],
  ['a quota', { code: 'EDQUOT' }],
  ['what the log made of it', new ContentFlowError('log-disk-full', 'full')],
  ['what was caused by it', new Error('failed', { cause: { code: 'ENOSPC' } })],
])('%s is a full disk', (_, error) => expect(isDiskFull(error)).toBe(true));

it.each([
  ['a damaged file', { errcode: 11 }],
  ['a disk that cannot be read', { errcode: 266 }],
  ['a refusal', { code: 'EACCES' }],
  ['nothing', undefined],
  ['words', 'the disk is full'],
])('%s is none', (_, error) => expect(isDiskFull(error)).toBe(false));
