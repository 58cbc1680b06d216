import {
  decodeEvent,
  DecisionSequenced,
  newEvent,
  ImprovementConfirmed,
  RecipeRegistered,
  QualityThresholdRaised,
} from '@contentflow/contracts';
import { evolve, type NewEvent, type StoredEvent } from '@contentflow/kernel';
import { emptyChain, entryFor, sequencedEvent, recordEntry } from './chain.ts';
import { asMarkdown, documentationFold, documentationOf } from './documentation.ts';

const basis = { procedure: 'p', question: 'q', at: 0, evidence: {}, policy: 'v', code: 'c', positions: {} };
const recipe = {
  contentType: 'email',
  prompt: { instructions: 'Write.', examples: [] },
  steps: [{ id: 'body', instruction: 'Write.', needs: [], maxOutputTokens: 100 }],
  output: { body: 'body' },
  model: 'm',
  cache: { strategy: 'exact' },
};

/** The documentation after these decisions. */
function documented(...decisions: NewEvent[]) {
  let chain = emptyChain();
  const reported = decisions.reduce((state, event) => {
    const decision = { ...event, partition: 0, offset: 0 };
    const entry = entryFor(chain, decision)!;
    chain = recordEntry(chain, entry);
    return evolve(documentationFold, state, sequencedEvent(entry, decision, event.time) as StoredEvent);
  }, documentationFold.initial());
  return documentationOf(reported);
}
const decision = (definition: Parameters<typeof newEvent>[0], data: object): NewEvent =>
  newEvent(definition, { subject: 's', data: data as never, time: 1000, cause: { id: JSON.stringify(data) } });

const registered = decision(RecipeRegistered, { contentType: 'email', recipe, version: 'v0', source: 'test' });

describe('the documentation', () => {
  it('says what a content type is made by, and how it came to be', () => {
    const raised = decision(QualityThresholdRaised, { contentType: 'email', from: 6, to: 6.5, basis });
    const sections = documented(registered, raised);
    expect(sections.map(({ title }) => title)).toEqual(['email: now', 'email: how it came to be']);
    expect(sections[1]?.sentences).toEqual([
      expect.objectContaining({ text: 'Generation 0 was registered: recipe v0, from test.', events: [registered.id] }),
      expect.objectContaining({ text: 'The quality threshold rose from 6 to 6.5.', events: [raised.id] }),
    ]);
  });

  it('says of a use what its calls are passed on by', () => {
    const use = {
      ...recipe,
      contentType: 'support-reply',
      temperature: 1,
      passedOn: true,
      promptOrder: 'stable_first',
    };
    const of = decision(RecipeRegistered, { contentType: 'support-reply', recipe: use, version: 'v0', source: 'test' });
    const [now] = documented(of);
    expect(now?.sentences[0]?.text).toMatch(
      /^Calls of this use are passed on by recipe \w+: m, temperature 1, stable instructions first; 0 improvements/,
    );
  });

  it.each(['a word', null, {}, { contentType: 'constructor' }])('goes on past a recipe that is none: %j', (none) => {
    const strange = decision(RecipeRegistered, { contentType: 'constructor', recipe: none, version: 'v', source: 'x' });
    expect(documented(strange, registered).map(({ title }) => title)).toEqual([
      'email: now',
      'email: how it came to be',
    ]);
  });

  it.each([null, 'a word'])('goes on past a decision of a foreign type that says %j', (data) => {
    const foreign = { ...registered, id: 'f', type: 'org.example.foreign.v1', data };
    expect(documented(foreign, registered)).toEqual(documented(registered));
  });

  it.each([ImprovementConfirmed, RecipeRegistered])(
    'counts a $name whose contract refuses what it says, and tells nothing',
    ({ type, name }) => {
      const { topic: _, ...refused } = { ...registered, type, data: {} };
      const entry = { seq: 0, previousHash: '', hash: '', decision: refused };
      const stored = { ...registered, topic: DecisionSequenced.topic, type: DecisionSequenced.type, data: entry };
      const reported = evolve(
        documentationFold,
        documentationFold.initial(),
        decodeEvent({ ...stored, partition: 0, offset: 0 }),
      );
      expect(reported.record.counts).toEqual({ [name]: { bySystem: 1, byPerson: 0, void: 0, carriedOut: 0 } });
      expect(documentationOf(reported)).toEqual([]);
    },
  );

  it('tells nothing of what was void', () => {
    const confirmed = decision(ImprovementConfirmed, { improvementId: 'none', impact: {}, basis });
    expect(JSON.stringify(documented(registered, confirmed))).not.toContain('confirmed');
  });

  it('is Markdown too, each sentence with its events, marked where simulated', () => {
    const markdown = asMarkdown(documented(registered), 'Content', true);
    expect(markdown).toContain(`[${registered.id.slice(0, 8)}](/v1/decisions/${registered.id})`);
    expect(markdown).toContain('simulated');
    expect(asMarkdown(documented(registered), 'Content', false)).not.toContain('simulated');
  });
});
