import { mergedReadiness } from './merged-readiness.ts';

const ready = { status: 'ready', log: null, documents: null, stalled: [], deadLetters: { open: 0, first: [] } };
const stalled = { name: 'contents', since: 1, reason: 'no store' };
const letters = { open: 2, first: [{ id: 'a' }] };

describe('the readiness of the whole system', () => {
  it('is there where every service is ready; dead letters are of one log, and counted once', () =>
    expect(
      mergedReadiness([
        ['generator', { ...ready, deadLetters: letters }],
        ['monitor', { ...ready, deadLetters: letters }],
      ]),
    ).toEqual({ status: 'ready', missing: [], log: null, documents: null, stalled: [], deadLetters: letters }));

  it('names what stalls, and whose log or documents do not answer', () =>
    expect(
      mergedReadiness([
        ['generator', { ...ready, status: 'not ready', stalled: [stalled] }],
        ['monitor', { ...ready, status: 'not ready', log: 'no broker', documents: 'no primary' }],
      ]),
    ).toMatchObject({
      status: 'not ready',
      stalled: [stalled],
      log: 'monitor: no broker',
      documents: 'monitor: no primary',
    }));

  it('reads what releases say that do not know of documents', () => {
    const { documents: _, ...before } = ready;
    expect(mergedReadiness([['monitor', before]])).toMatchObject({ status: 'ready', documents: null });
  });

  it.each([undefined, null, 'ready', { title: 'a problem' }])('counts a service that says %j as missing', (said) =>
    expect(
      mergedReadiness([
        ['generator', ready],
        ['scaler', said],
      ]),
    ).toMatchObject({ status: 'not ready', missing: ['scaler'] }),
  );
});
