import { ContentGenerated, Topic } from '@contentflow/contracts';
import type { FollowOptions } from '@contentflow/event-log';
import type { Platform } from '@contentflow/nest-platform';
import { lastValueFrom, toArray } from 'rxjs';
import type { ContentService } from './content.service.ts';
import { ContentUpdates } from './content-updates.ts';

const place = { topic: Topic.content, partition: 2, offset: 7 };

/** The end of content `a` is in the log; its document follows once somebody waits for that place in the log. */
async function betweenEndAndDocument(): Promise<ContentUpdates> {
  let document: object = { id: 'a', status: 'generating' };
  const contents = {
    get: async () => document,
    caughtUpTo: async (goal: object) => {
      expect(goal).toEqual({ 'contentflow.content/2': 8 });
      document = { id: 'a', status: 'generated', endedAt: 1 };
    },
  };
  let follow: FollowOptions['handle'] = async () => {};
  const log = {
    ends: async () => ({}),
    follow: async ({ handle }: FollowOptions) => {
      follow = handle;
      return { stop: async () => {} };
    },
  };
  const content = { contents, shown: async (shown: object) => shown } as unknown as ContentService;
  const updates = new ContentUpdates({ log } as unknown as Platform, content);
  await updates.onApplicationBootstrap();
  await follow([{ ...place, subject: 'a', type: ContentGenerated.type, data: {} }] as never);
  return updates;
}

test('whoever begins to listen between an end and its document hears of the end', async () => {
  const reported = await lastValueFrom((await betweenEndAndDocument()).of('a').pipe(toArray()));
  expect(reported).toMatchObject([{ type: 'content', data: { status: 'generated' } }]);
});

test('whoever begins to wait between an end and its document gets the document', async () => {
  expect(await (await betweenEndAndDocument()).ended('a', 20_000)).toMatchObject({ status: 'generated' });
});
