import { Topic } from '@contentflow/contracts';
import { type LogOptions, openLog } from '../../command-line/open-log.ts';

/** The content events of these subjects, in a log that nothing else has open. */
export async function contentEventsOf(
  options: LogOptions,
  ids: readonly string[],
): Promise<{ subject: string; type: string }[]> {
  const log = await openLog(options);
  const wanted = new Set(ids);
  const found: { subject: string; type: string }[] = [];
  for (const [place, to] of Object.entries(await log.ends([Topic.content])))
    for await (const events of log.read({ topic: Topic.content, partition: Number(place.split('/')[1]), from: 0, to }))
      for (const { subject, type } of events) if (wanted.has(subject)) found.push({ subject, type });
  await log.close();
  return found;
}
