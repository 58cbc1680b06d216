import { ContentGenerated } from '@contentflow/contracts';
import { storedEvent, inOrder, sampleAssignment, sampleGenerated } from '@contentflow/contracts/testing';
import { projected } from '@contentflow/read-model/testing';
import { ratedContents } from './rated-contents.ts';

const made = (body: string, language?: string) =>
  storedEvent(
    ContentGenerated,
    {
      ...sampleGenerated,
      brief: { contentType: 'email', topic: 'tea', ...(language ? { language } : {}) },
      content: { body },
    },
    { subject: 'c' },
  );

describe('what a rated content item was like', () => {
  it('is known for the feedback to come', async () => {
    expect((await projected(ratedContents, inOrder(made('Three short words.', 'de')))).get('c')).toEqual({
      id: 'c',
      contentType: 'email',
      unit: 'u',
      assignment: sampleAssignment,
      words: 3,
      madeAt: 0,
      quality: null,
      language: 'de',
      simulated: true,
    });
  });

  it('is that of the first completion where a brief has two', async () => {
    const documents = await projected(ratedContents, inOrder(made('One.'), made('One two three four.')));
    expect(documents.get('c')).toMatchObject({ words: 1, language: null });
  });
});
