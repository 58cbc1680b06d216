import type { Answer, documentationAnswer } from '@contentflow/contracts';
import { Link } from 'wouter';
import { addressOf } from '../addresses.ts';
import { usePolled } from '../api/polling.ts';
import { Empty, Panel } from '../parts/panel.tsx';
import { Page } from '../parts/page.tsx';

const EVERY_MS = 60_000;

/** How content is made, and why, as the system tells it itself; each sentence leads to the decisions that it stands on. */
export function DocumentationPage() {
  const { document, problem } = usePolled<Answer<typeof documentationAnswer>>(
    '/v1/documentation?format=json',
    EVERY_MS,
  );
  return (
    <Page title="Documentation" lead="How content is made now, and why, written from the ledger.">
      {!document && <Empty>{problem ?? 'Loading …'}</Empty>}
      <div className="grid">
        {document?.sections.map(({ title, sentences }) => (
          <Panel key={title} title={title} name="section">
            <ul className="rows">
              {sentences.map(({ text, events }) => (
                <li key={text}>
                  {text}{' '}
                  {events.slice(0, 3).map((event, index) => (
                    <Link
                      key={event}
                      href={addressOf('ledger', event)}
                      className="source"
                      aria-label={`Decision ${index + 1} behind: ${text.slice(0, 60)}`}
                    >
                      [{index + 1}]
                    </Link>
                  ))}
                </li>
              ))}
            </ul>
          </Panel>
        ))}
      </div>
    </Page>
  );
}
