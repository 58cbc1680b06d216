import { ContentGenerated } from '@contentflow/contracts';
import type { FollowOptions } from '@contentflow/event-log';
import type { Platform } from '@contentflow/nest-platform';
import { lastValueFrom, toArray } from 'rxjs';
import type { ContentService } from './content.service.ts';
import { ContentUpdates } from './content-updates.ts';

/** The end of content `a` is in the log; its document follows when it is next asked for again. */
async function betweenEndAndDocument(): Promise<ContentUpdates> {
  const documents = [
    { id: 'a', status: 'generating' },
    { id: 'a', status: 'generated', endedAt: 1 },
  ];
  const contents = { get: async () => (documents.length > 1 ? documents.shift() : documents[0]) };
  let follow: FollowOptions['handle'] = async () => {};
  const log = {
    ends: async () => ({}),
    follow: async ({ handle }: FollowOptions) => {
      follow = handle;
      return { stop: async () => {} };
    },
  };
  const updates = new ContentUpdates({ log } as unknown as Platform, { contents } as unknown as ContentService);
  await updates.onApplicationBootstrap();
  await follow([{ subject: 'a', type: ContentGenerated.type, data: {} }] as never);
  return updates;
}

test('whoever begins to listen between an end and its document hears of the end', async () => {
  const told = await lastValueFrom((await betweenEndAndDocument()).of('a').pipe(toArray()));
  expect(told).toMatchObject([{ type: 'content', data: { status: 'generated' } }]);
});

test('whoever begins to wait between an end and its document gets the document', async () => {
  expect(await (await betweenEndAndDocument()).ended('a', 20_000)).toMatchObject({ status: 'generated' });
});
