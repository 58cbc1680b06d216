import {
  BriefAccepted,
  ContentGenerated,
  type EventData,
  GenerationMeasured,
  HypothesisProposed,
  PromptCandidateDrafted,
  PromptCandidatesRequested,
  PromptCandidateScreened,
  topics,
} from '@contentflow/contracts';
import { canonicalJson, type StoredEvent } from '@contentflow/kernel';
import { copiedPhrase, lostConstraints } from '@contentflow/recipes';
import { loadWorld } from '@contentflow/simulation';
import { openSimulatedDay } from '@contentflow/simulated-day';

const HOURS = 3;

/** Everything in the log of the first hours of a day. */
async function eventsOfMorning(seed: number) {
  const day = await openSimulatedDay({ world: loadWorld('small-default'), seed });
  try {
    await day.run(HOURS * 3_600_000);
    const { log } = day.platform;
    const ends = await log.ends(topics.map(({ name }) => name));
    const events: StoredEvent[] = [];
    for (const { name, partitions } of topics)
      for (let partition = 0; partition < partitions; partition++) {
        const to = ends[`${name}/${partition}`] ?? 0;
        for await (const batch of log.read({ topic: name, partition, from: 0, to })) events.push(...batch);
      }
    return events;
  } finally {
    await day.close();
  }
}

describe('from a failure to traffic', () => {
  let events: StoredEvent[];
  beforeAll(async () => {
    events = await eventsOfMorning(1);
  });
  const all = <Definition extends { readonly type: string }>({
    type,
  }: Definition): StoredEvent<EventData<Definition>>[] =>
    events.filter((event) => event.type === type) as StoredEvent<EventData<Definition>>[];

  it('a prompt is asked for, drafted, tried on held-out briefs and then proposed', () => {
    // Examples are screened and proposed on this lever too, without a draft.
    const wayOf = ({ time, data }: StoredEvent<EventData<typeof HypothesisProposed>>): number[] | undefined => {
      const change = canonicalJson(data.change);
      const screened = all(PromptCandidateScreened).find((each) => canonicalJson(each.data.change) === change);
      const ofOrder = (event: { data: { requestId: string } }): boolean =>
        event.data.requestId === screened?.data.requestId;
      const before = [
        all(PromptCandidatesRequested).find(ofOrder),
        all(PromptCandidateDrafted).find(ofOrder),
        screened,
      ];
      return screened && [...before.map((event) => event?.time ?? 0), time];
    };
    const [times = []] = all(HypothesisProposed)
      .map(wayOf)
      .filter((way) => way !== undefined);
    expect(times).toHaveLength(4);
    expect(Math.min(...times)).toBeGreaterThan(0);
    expect(times).toEqual([...times].sort((a, b) => a - b));
  });

  it('what a model wrote keeps the rules and quotes nobody', () => {
    const edited = all(PromptCandidateDrafted).filter(
      ({ data }) => data.origin === 'compression' || data.origin === 'rewrite',
    );
    expect(edited.filter(({ data }) => data.cost > 0)).toHaveLength(edited.length);
    for (const { data } of edited) {
      expect([data.change, data.refused].filter((each) => each === null)).toHaveLength(1);
      if (data.change?.kind !== 'replace_instructions') continue;
      const order = all(PromptCandidatesRequested).find((each) => each.data.requestId === data.requestId)?.data;
      const { instructions } = data.change;
      const before = order?.recipe.prompt.instructions ?? '';
      expect(lostConstraints(before, instructions)).toEqual([]);
      const taught = order?.lessons.map(({ contentId }) => contentId) ?? [];
      const shown = all(ContentGenerated)
        .filter((each) => taught.includes(each.data.contentId))
        .flatMap((each) => [each.data.brief.topic, each.data.content.body]);
      expect(shown).toHaveLength(2 * taught.length);
      expect(copiedPhrase(instructions, shown, before)).toBeUndefined();
    }
  });

  it('what is made of held-out briefs is no content, and is paid for', () => {
    const accepted = new Set(all(BriefAccepted).map(({ data }) => data.contentId));
    const generated = all(ContentGenerated).map(({ data }) => data.contentId);
    expect(generated.filter((id) => !accepted.has(id))).toEqual([]);
    expect(all(GenerationMeasured).length).toBeLessThanOrEqual(accepted.size);
    for (const { data } of all(PromptCandidateScreened)) {
      const spent = data.pairs.reduce((sum, { treatment }) => sum + (treatment?.cost ?? 0), 0);
      expect(data.cost).toBeGreaterThan(spent);
      expect(spent).toBeGreaterThan(0);
    }
  });

  it('the same seed gives the same candidates with the same figures', async () => {
    const ofPrompts = (log: readonly StoredEvent[]): string[] =>
      log.filter(({ type }) => /prompt-candidate/.test(type)).map((event) => canonicalJson(event));
    expect(ofPrompts(await eventsOfMorning(1))).toEqual(ofPrompts(events));
  });
});
