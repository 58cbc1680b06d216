import type { Brief, ContentDocument, ContentGenerated, EventData } from '@contentflow/contracts';

/** Stands where the words of a person stood. */
const SEALED = 'sealed';

/** What is sealed of a brief that is about a person, and of what was made of it. */
export interface PersonalWords {
  readonly brief: Brief;
  readonly content?: EventData<typeof ContentGenerated>['content'];
}

/** The brief as the log has it: what kind of content it asks for, and nothing of what it says. */
export const withoutWords = ({ contentType, tone, length, language }: Brief): Brief => ({
  contentType,
  topic: SEALED,
  ...(tone === undefined ? {} : { tone }),
  ...(length === undefined ? {} : { length }),
  ...(language === undefined ? {} : { language }),
});

export const sealedContent: EventData<typeof ContentGenerated>['content'] = { body: SEALED };

/** What went wrong may quote what was written. */
export const UNSAID = 'what went wrong is not told: it may quote what is sealed';

/** The document as it is shown: opened, or said to be of somebody who is forgotten. */
export function opened(
  { personal: _personal, ...document }: ContentDocument,
  words: PersonalWords | undefined,
): ContentDocument {
  return words ? { ...document, ...words, sealed: true } : { ...document, forgotten: true };
}
