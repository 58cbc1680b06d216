import { ContentGenerated, type EventData } from '@contentflow/contracts';
import type { DueWebhook } from './due-webhooks.ts';
import type { PersonalWords } from './sealed-brief.ts';

/**
 * What a receiver is told, as Standard Webhooks has it: a type, a time, and the content as the API shows it.
 * @param words  opened, of content that is about a person
 */
export function webhookMessage(
  { result }: DueWebhook,
  words?: PersonalWords,
): { readonly id: string; readonly body: string } {
  const { contentId, brief, usage, assignment, simulated, batch } = result.data;
  const made = result.type === ContentGenerated.type ? (result.data as EventData<typeof ContentGenerated>) : undefined;
  const failed = made ? undefined : (result.data as { failure: string; message: string });
  const data = {
    id: contentId,
    status: made ? 'generated' : 'failed',
    brief: words?.brief ?? brief,
    ...(made && {
      content: words?.content ?? made.content,
      quality: made.quality,
      revised: made.revised,
      belowThreshold: made.belowThreshold,
      brand: made.brand,
      nearDuplicate: made.nearDuplicate,
    }),
    ...(failed && { error: { failure: failed.failure, message: failed.message } }),
    usage,
    recipe: assignment.recipe,
    simulated,
    batch,
  };
  const type = `content.${data.status}`;
  const body = JSON.stringify({ type, timestamp: new Date(result.time).toISOString(), data });
  return { id: messageIdOf(contentId), body };
}

export const messageIdOf = (contentId: string): string => `msg_${contentId}`;
