import { AutonomyPaused, type Decision, ScalingDecided } from '@contentflow/contracts';
import { evolveOf, slice } from './slice.ts';

interface Counted {
  readonly count: number;
}
interface VisibleState {
  readonly seen: readonly number[];
}
type State = Counted & VisibleState;

const counting = slice<Counted>({ count: 0 }).on(ScalingDecided, ({ count }, { to }) =>
  to > 9 ? 'too many' : { count: count + to },
);
const seeing = slice<VisibleState, State>({ seen: [] }).on(ScalingDecided, ({ count, seen }) => ({
  seen: [...seen, count],
}));

const decision = (type: string, data: unknown): Decision => ({
  id: 'd',
  type,
  source: 's',
  subject: 's',
  time: 0,
  data,
  correlationId: 'c',
});
const scaled = (to: number): Decision => decision(ScalingDecided.type, { to });
const start: State = { count: 5, seen: [] };

describe('slices together', () => {
  const evolve = evolveOf<State>([counting, seeing]);

  it('each change their own fields, all seen from before the decision, so that their order is of no account', () => {
    const after = { count: 7, seen: [5] };
    expect(evolve(start, scaled(2))).toEqual(after);
    expect(evolveOf<State>([seeing, counting])(start, scaled(2))).toEqual(after);
  });

  it('change nothing at all where one of them says that the decision is void', () => {
    expect(evolve(start, scaled(10))).toBe('too many');
    expect(evolveOf<State>([seeing, counting])(start, scaled(10))).toBe('too many');
    expect(start).toEqual({ count: 5, seen: [] });
  });

  it('pass by what none of them knows, and data that its contract refused', () => {
    expect(evolve(start, decision(AutonomyPaused.type, { reason: '' }))).toEqual(start);
    expect(evolve(start, decision(ScalingDecided.type, undefined))).toEqual(start);
  });
});

it('an effect takes the data of its own definition, and changes fields of its own slice', () => {
  // @ts-expect-error -- a paused autonomy has no `to`
  slice<Counted>({ count: 0 }).on(AutonomyPaused, ({ count }, { to }) => ({ count: count + to }));
  // @ts-expect-error -- the slice has no field `other`
  slice<Counted>({ count: 0 }).on(ScalingDecided, (_, { to }) => ({ other: to }));
});
