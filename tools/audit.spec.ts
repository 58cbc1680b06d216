interface Audit {
  verdictOn(text: string): { readonly code: number; readonly lines: readonly string[] };
}
const audit = './audit.mjs';
const { verdictOn } = (await import(audit)) as Audit;

const found = (severity: string) =>
  JSON.stringify({
    vulnerabilities: { 'left-pad': { name: 'left-pad', severity, range: '<1.3.0' } },
    metadata: { vulnerabilities: { total: 1 } },
  });

describe('an audit of the packages', () => {
  it.each(['high', 'critical'])('fails where something %s is known', (severity) => {
    expect(verdictOn(found(severity))).toEqual({ code: 1, lines: [`${severity}: left-pad <1.3.0`] });
  });

  it('passes where nothing serious is known, and says so', () => {
    expect(verdictOn(found('moderate'))).toMatchObject({ code: 0, lines: [expect.stringContaining('1 of less')] });
  });

  it.each([
    ['an error', JSON.stringify({ error: { code: 'ENOAUDIT', summary: 'no such endpoint' } })],
    ['nothing', ''],
    ['a page', '<html>'],
  ])('is not done where the registry answers with %s, and is not taken for clean', (_what, text) => {
    expect(verdictOn(text)).toMatchObject({ code: 3, lines: [expect.stringMatching(/^AUDIT NOT DONE/)] });
  });
});
