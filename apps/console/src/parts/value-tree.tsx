import { count, instant, spaced } from '../format.ts';

/** Any recorded value, readable: nested parts fold, long lists say how long they are. */
export function ValueTree({ value, name = '', depth = 0 }: { value: unknown; name?: string; depth?: number }) {
  if (value === null || typeof value !== 'object') return <Leaf value={value} name={name} />;
  const entries = Object.entries(value).filter(([, each]) => each !== undefined);
  if (entries.length === 0) return <span className="muted">{Array.isArray(value) ? 'none' : 'nothing'}</span>;
  if (Array.isArray(value) && value.every((each) => each === null || typeof each !== 'object') && value.length <= 30)
    return <span className="value">{value.map((each) => plain(each, name)).join(', ')}</span>;
  return (
    <dl className="tree">
      {entries.slice(0, SHOWN).map(([key, each]) => (
        <Entry key={key} name={Array.isArray(value) ? `${Number(key) + 1}` : key} value={each} depth={depth} />
      ))}
      {entries.length > SHOWN && (
        <div>
          <dt>…</dt>
          <dd className="muted">and {count(entries.length - SHOWN)} more</dd>
        </div>
      )}
    </dl>
  );
}

const SHOWN = 60;

function Entry({ name, value, depth }: { name: string; value: unknown; depth: number }) {
  const isNested = value !== null && typeof value === 'object' && Object.keys(value).length > 0;
  if (!isNested || isShort(value))
    return (
      <div>
        <dt>{spaced(name)}</dt>
        <dd>
          <ValueTree value={value} name={name} depth={depth + 1} />
        </dd>
      </div>
    );
  return (
    <div className="nested">
      <dt className="hidden">{spaced(name)}</dt>
      <dd>
        <details open={depth < 1}>
          <summary>{spaced(name)}</summary>
          <ValueTree value={value} name={name} depth={depth + 1} />
        </details>
      </dd>
    </div>
  );
}

const isShort = (value: object): boolean =>
  Array.isArray(value) && value.length <= 30 && value.every((each) => each === null || typeof each !== 'object');

function Leaf({ value, name }: { value: unknown; name: string }) {
  const text = plain(value, name);
  return <span className={text.length > 160 ? 'value long' : 'value'}>{text}</span>;
}

function plain(value: unknown, name: string): string {
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (value === null) return 'none';
  if (typeof value !== 'number') return String(value);
  if (isInstant(value, name)) return instant(value);
  if (Number.isInteger(value)) return value.toLocaleString('en-US');
  return Math.abs(value) >= 1e-3 && Math.abs(value) < 1e6
    ? value.toLocaleString('en-US', { maximumSignificantDigits: 5 })
    : value.toExponential(2);
}

/** Times are epoch milliseconds; counts never come near them. */
const isInstant = (value: number, name: string): boolean =>
  value > 1e12 && value < 1e13 && /^(at|for|to|from|since|time|.*At|.*Since)$/.test(name);
