import { until } from '@contentflow/kernel/testing';
import { cpSync, renameSync } from 'node:fs';
import { changeText, forgetDocuments, LeftFolders, logOf, made, middlePage, overwrite } from './testing/left-folder.ts';

/** One of each kind; the others are in `lost-log.long.spec.ts`. */
describe('a log that is not what was left', () => {
  const folders = new LeftFolders();
  beforeAll(async () => {
    await folders.open();
    await folders.makes(folders.at('whole'), 'a bottle');
    folders.copied('whole', 'older');
    await folders.makes(folders.at('whole'), 'a second bottle');
  });
  afterAll(() => folders.close());

  it('is named when it is an older copy, and gone on with only when that is accepted', async () => {
    const data = folders.copied('whole', 'lost');
    cpSync(logOf(folders.at('older')), logOf(data));
    forgetDocuments(data);

    expect(await folders.refusal(data)).toMatch(
      /^contentflow: the log ends before what was committed to it: contentflow\.\S+ ends at \d+, \d+ were committed.*--accept-loss/,
    );
    expect(await folders.doctor(data)).toMatchObject({ code: 1, stdout: expect.stringMatching(/^BROKEN /m) });

    const { client, end } = await folders.server(data, '--accept-loss');
    await made(client, 'a bottle after it');
    await until(async () => JSON.stringify((await client.get('/v1/decisions?limit=100')).body).includes('accept_loss'));
    await end('SIGTERM');
    await folders.goesOn(data);
  });

  it('is said to be gone while a process serves, and what can no more be kept is refused', async () => {
    const data = folders.copied('whole', 'taken');
    const { client, end } = await folders.server(data);
    const brief = (topic: string) => client.post('/v1/content', { contentType: 'ad_copy', topic });
    renameSync(data, `${data}-elsewhere`);
    expect(await brief('a bottle for nobody')).toMatchObject({
      status: 503,
      body: { type: 'urn:contentflow:problem:log-gone', detail: expect.stringContaining('was moved or removed') },
    });
    expect(await client.get('/health/ready')).toMatchObject({ status: 503 });

    renameSync(`${data}-elsewhere`, data);
    expect(await brief('a bottle for somebody')).toMatchObject({ status: 202 });
    await until(async () => (await client.get('/health/ready')).status === 200);
    await end('SIGTERM');
    await folders.goesOn(data);
  });

  it('is named where a page of it is zeroed', async () => {
    const data = folders.copied('whole', 'zeroed');
    overwrite(logOf(data), middlePage(logOf(data)), Buffer.alloc(4096));

    expect(await folders.refusal(data)).toMatch(/^contentflow: log\.sqlite is damaged: .*restore/);
    expect(await folders.doctor(data)).toMatchObject({ code: 1, stdout: expect.stringMatching(/^BROKEN .*damaged/m) });
  });

  it('is located where its text was changed, and gone on with only when that is accepted', async () => {
    const data = folders.copied('whole', 'changed');
    changeText(data, '"topic":"a second bottle"', '"topic":"a second battle"');

    const place = /damaged at contentflow\.\w+\/\d+\/\d+ \(event [0-9a-f]+\)/;
    expect(await folders.refusal(data)).toMatch(place);
    expect(await folders.doctor(data)).toMatchObject({ code: 1, stdout: expect.stringMatching(place) });
    expect(await folders.command('audit', '--data', data)).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(place),
    });

    const { client, end } = await folders.server(data, '--accept-loss');
    await made(client, 'a bottle after it');
    expect(await client.get('/health/ready')).toMatchObject({ body: { deadLetters: expect.anything() } });
    await end('SIGTERM');
    await folders.goesOn(data);
  });
});
