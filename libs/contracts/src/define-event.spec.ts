import { z } from 'zod';
import { eventDefinitions, eventName, isSchemaError, newEvent } from './define-event.ts';
import { AutonomyPaused, ContentGenerated, topics } from './index.ts';

const all = [...eventDefinitions.values()];

describe('every event', () => {
  it.each(all.map((definition) => [definition.name, definition] as const))(
    '%s is defined whole',
    (_name, definition) => {
      expect(definition.type).toMatch(/^contentflow\.[a-z-]+\.[a-z0-9-]+\.v\d+$/);
      expect(topics.map(({ name }) => name)).toContain(definition.topic);
      expect(definition.description).toMatch(/^[A-Z].*\.$/);
      expect(z.toJSONSchema(definition.schema, { io: 'input' })).toMatchObject({ type: 'object' });
    },
  );

  it('has a name of its own', () => {
    expect(new Set(all.map(({ name }) => name)).size).toBe(all.length);
  });

  it('is called by its name, and one that is not known by its type', () => {
    expect(eventName(ContentGenerated.type)).toBe('ContentGenerated');
    expect(eventName('contentflow.of.another.v1')).toBe('contentflow.of.another.v1');
    expect(eventName('constructor')).toBe('constructor');
  });
});

describe('a new event', () => {
  const data = { reason: 'a check', by: 'ada' };
  const pausedBy = (cause: Parameters<typeof newEvent>[1]['cause'], index?: number | string) =>
    newEvent(AutonomyPaused, { subject: 'autonomy', data, time: 5, cause, ...(index === undefined ? {} : { index }) });

  it('has the same id whenever it answers the same, and another for each answer', () => {
    expect(pausedBy({ id: 'cause' }).id).toBe(pausedBy({ id: 'cause' }).id);
    const ids = [pausedBy({ id: 'cause' }), pausedBy({ id: 'other' }), pausedBy({ id: 'cause' }, 1)].map(
      ({ id }) => id,
    );
    expect(new Set(ids).size).toBe(3);
  });

  it('hangs on what it answers, and on what that hung on', () => {
    expect(pausedBy({ id: 'cause' })).toMatchObject({ causationId: 'cause', correlationId: 'cause' });
    const traced = { id: 'cause', correlationId: 'first', traceparent: '00-trace' };
    expect(pausedBy(traced)).toMatchObject({ causationId: 'cause', correlationId: 'first', traceparent: '00-trace' });
    expect(pausedBy({ id: 'cause' })).not.toHaveProperty('traceparent');
  });

  it('goes to the topic of its definition, from the context that it belongs to', () => {
    expect(pausedBy({ id: 'cause' })).toMatchObject({
      topic: AutonomyPaused.topic,
      type: AutonomyPaused.type,
      source: 'ledger',
      subject: 'autonomy',
      time: 5,
      data,
    });
  });

  it('is of no schema error by any other', () => {
    expect(isSchemaError(new Error('the disk is full'))).toBe(false);
    expect(isSchemaError(undefined)).toBe(false);
  });
});
