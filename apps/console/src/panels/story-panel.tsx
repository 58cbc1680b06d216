import type { Report } from '@contentflow/contracts';
import { Panel } from '../parts/panel.tsx';

/** What it comes to, in the sentences of the report: better or not, what that cost, when it pays back. */
export function StoryPanel({ report }: { readonly report: Report | undefined }) {
  const status = report?.system_evolution.payback.status;
  return (
    <Panel title="In short" name="story">
      <ul className={`story ${status ?? ''}`}>
        {(report?.in_words ?? ['Waiting for the first measurements.']).map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
      </ul>
    </Panel>
  );
}
