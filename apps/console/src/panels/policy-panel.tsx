import { ownValue } from '@contentflow/kernel/own-value';
import { type FormEvent, useEffect, useState } from 'react';
import { getJson, sendJson } from '../api/http.ts';
import { usePolled } from '../api/polling.ts';
import { descriptionsIn, keysOf, type PolicyKey, patchOf } from '../policy-keys.ts';
import { Dialog } from '../parts/dialog.tsx';
import { Empty, Panel } from '../parts/panel.tsx';

const EVERY_MS = 15_000;

interface ShownPolicy {
  readonly version: string;
  readonly policy: object;
  readonly setBy: Readonly<Record<string, string>>;
}

/** Every key of the policy with what it means; each can be set here, and taken back to its default. */
export function PolicyPanel() {
  const { document, problem, refresh } = usePolled<ShownPolicy>('/v1/policy', EVERY_MS);
  const descriptions = useDescriptions();
  const [search, setSearch] = useState('');
  const [edited, setEdited] = useState<PolicyKey>();
  const keys = document ? keysOf(document.policy) : [];
  const setterOf = (key: string): string | undefined => ownValue(document?.setBy ?? {}, key);
  const shown = keys.filter(({ key }) =>
    `${key} ${descriptions.get(key) ?? ''}`.toLowerCase().includes(search.toLowerCase()),
  );
  return (
    <Panel title="Policy" name="policy" note={document && `version ${document.version.slice(0, 8)}`}>
      <label className="choice-of">
        Find a key <input type="search" value={search} onChange={({ target }) => setSearch(target.value)} />
      </label>
      {!document && <Empty>{problem ?? 'Loading …'}</Empty>}
      <dl className="policy">
        {shown.map((each) => (
          <div key={each.key}>
            <dt>
              <code>{each.key}</code>
              {setterOf(each.key) !== undefined && <span className="tag">set by {setterOf(each.key)}</span>}
            </dt>
            <dd>
              <span className="value">{JSON.stringify(each.value)}</span>
              <button type="button" className="quiet" aria-label={`Change ${each.key}`} onClick={() => setEdited(each)}>
                Change
              </button>
              <span className="muted">{descriptions.get(each.key)}</span>
            </dd>
          </div>
        ))}
      </dl>
      {edited && (
        <EditDialog
          edited={edited}
          description={descriptions.get(edited.key)}
          onClose={() => setEdited(undefined)}
          onChanged={refresh}
        />
      )}
    </Panel>
  );
}

/** What each key means, as the API's description has it; asked for once. */
function useDescriptions(): ReadonlyMap<string, string> {
  const [descriptions, setDescriptions] = useState<ReadonlyMap<string, string>>(new Map());
  useEffect(() => {
    getJson<object>('/openapi.json').then(
      (openApi) => setDescriptions(descriptionsIn(openApi)),
      () => undefined,
    );
  }, []);
  return descriptions;
}

interface EditProps {
  readonly edited: PolicyKey;
  readonly description: string | undefined;
  readonly onClose: () => void;
  readonly onChanged: () => void;
}

function EditDialog({ edited: { key, value }, description, onClose, onChanged }: EditProps) {
  const [problem, setProblem] = useState<string>();
  async function send(wanted: unknown): Promise<void> {
    try {
      await sendJson('PATCH', '/v1/policy', patchOf(key, wanted));
      onChanged();
      onClose();
    } catch (error) {
      setProblem((error as Error).message);
    }
  }
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const text = String(new FormData(event.currentTarget).get('value'));
    try {
      void send(JSON.parse(text));
    } catch {
      setProblem('This is no JSON: write a number, true, false, "text" or a list.');
    }
  };
  return (
    <Dialog title={`Change ${key}`} onClose={onClose}>
      <form onSubmit={submit}>
        <p>{description}</p>
        <label>
          Value, as JSON
          <input name="value" required defaultValue={JSON.stringify(value)} autoFocus autoComplete="off" />
        </label>
        {problem && <p role="alert">{problem}</p>}
        <div className="line">
          <button type="submit">Set it</button>
          <button type="button" className="quiet" onClick={() => void send(null)}>
            Back to the default
          </button>
        </div>
      </form>
    </Dialog>
  );
}
