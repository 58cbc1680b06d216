import { nearestName } from './nearest-name.ts';

it.each([
  ['holdbackshare', 'holdbackShare'],
  ['freezWindows', 'freezeWindows'],
  ['alpah', 'alpha'],
  ['colour', undefined],
  ['constructor', undefined],
])('%s is meant as %s', (written, meant) => {
  expect(nearestName(written, ['holdbackShare', 'freezeWindows', 'alpha', 'power'])).toBe(meant);
});
