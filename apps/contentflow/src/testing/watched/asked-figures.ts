import { parser } from '@prometheus-io/lezer-promql';
import type { SentFigures } from './sent-figures.ts';

type Tree = ReturnType<typeof parser.parse>;
type Node = Tree['topNode'];

/** A figure that an expression asks for, and by which labels it chooses. */
interface Selector {
  readonly name: string;
  readonly matchers: readonly { readonly label: string; readonly operator: string; readonly value: string }[];
}

/** What a PromQL expression asks for. */
export interface Asked {
  readonly selectors: readonly Selector[];
  /** Labels that it groups or joins by. */
  readonly grouping: readonly string[];
}

/** Values that a label may have besides those that were sent, by `FIGURE LABEL`. */
export type KnownValues = Readonly<Record<string, (value: string) => boolean>>;

/** @throws SyntaxError where it is no PromQL */
export function askedBy(expression: string): Asked {
  // What Grafana fills in.
  const text = expression.replaceAll('$__rate_interval', '1m');
  const selectors: Selector[] = [];
  const grouping: string[] = [];
  const textOf = ({ from, to }: { from: number; to: number }): string => text.slice(from, to);
  parser.parse(text).iterate({
    enter: ({ type, node }) => {
      if (type.isError) throw new SyntaxError(`no PromQL at ${node.from}: ${text}`);
      if (type.name === 'VectorSelector') selectors.push(selectorOf(node, textOf));
      if (type.name === 'GroupingLabels') grouping.push(...childrenOf(node, 'LabelName').map(textOf));
    },
  });
  return { selectors, grouping };
}

/** A sentence for each figure, label or value in the expression that nobody sends. */
export function neverSent(expression: string, sent: SentFigures, known: KnownValues = {}): string[] {
  const { selectors, grouping } = askedBy(expression);
  const found = selectors.map((selector) => ({ selector, labels: sent.get(selector.name) }));
  const hasLabel = (label: string): boolean => found.some(({ labels }) => labels?.has(label));
  return [
    ...found.flatMap(({ selector, labels }) =>
      labels ? wrongMatchers(selector, labels, known) : [`nobody sends ${selector.name}`],
    ),
    ...grouping.filter((label) => !hasLabel(label)).map((label) => `nothing in "${expression}" has the label ${label}`),
  ];
}

/** A sentence for each `{{label}}` that nothing in the expression has. */
export const neverShown = (legend: string, expression: string, sent: SentFigures): string[] =>
  [...legend.matchAll(/\{\{\s*(?:\$labels\.)?(\w+)\s*\}\}/g)].flatMap(([, label = '']) =>
    askedBy(expression).selectors.some(({ name }) => sent.get(name)?.has(label))
      ? []
      : [`"${legend}" shows ${label}, which nothing in "${expression}" has`],
  );

function wrongMatchers(
  { name, matchers }: Selector,
  labels: ReadonlyMap<string, ReadonlySet<string>>,
  known: KnownValues,
): string[] {
  return matchers.flatMap(({ label, operator, value }) => {
    const values = labels.get(label);
    if (!values) return [`${name} has no label ${label}`];
    // Of alternatives each must be one; any other pattern must match one.
    const wanted = operator.includes('~') && /^[\w|]+$/.test(value) ? value.split('|') : [value];
    const isPattern = operator.includes('~') && !/^[\w|]+$/.test(value);
    const isKnown = (each: string): boolean =>
      values.has(each) ||
      known[`${name} ${label}`]?.(each) === true ||
      (isPattern && [...values].some((one) => new RegExp(`^(?:${each})$`).test(one)));
    return wanted.filter((each) => !isKnown(each)).map((each) => `no ${label} of ${name} is "${each}"`);
  });
}

function selectorOf(node: Node, textOf: (node: Node) => string): Selector {
  const [identifier] = childrenOf(node, 'Identifier');
  const [list] = childrenOf(node, 'LabelMatchers');
  const matchers = (list ? childrenOf(list, 'UnquotedLabelMatcher') : []).map((matcher) => {
    const part = (name: string): string => childrenOf(matcher, name).map(textOf).join('');
    return { label: part('LabelName'), operator: part('MatchOp'), value: part('StringLiteral').slice(1, -1) };
  });
  return { name: identifier ? textOf(identifier) : '', matchers };
}

function childrenOf(node: Node, name: string): Node[] {
  const found: Node[] = [];
  for (let child = node.firstChild; child; child = child.nextSibling) if (child.name === name) found.push(child);
  return found;
}
