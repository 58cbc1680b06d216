import { GenerationProgressed } from '@contentflow/contracts';
import { ContentFlowError } from '@contentflow/kernel';
import { stablePrefix } from '../domain/plain-text.ts';

/** Passes a text on as it is written. What was passed on cannot be taken back, so that only what goes on from there follows. */
export class TextStream {
  private written = '';
  private streamed = '';

  constructor(private readonly tell: (piece: string) => void) {}

  /** What a content item's event says of the text of this step. */
  on({ type, data }: { readonly type: string; readonly data: object }, step: string): void {
    if (type !== GenerationProgressed.name) return;
    const progress = data as { readonly step: string; readonly state: string; readonly text?: string };
    if (progress.step !== step) return;
    if (progress.state === 'restarted') this.written = '';
    if (progress.state === 'text') this.write(progress.text ?? '');
  }

  /** @throws ContentFlowError `overloaded` where the text goes on otherwise than it was told */
  end(text: string): void {
    if (!text.startsWith(this.streamed))
      throw new ContentFlowError('overloaded', 'the text was started again after a part of it was told');
    this.sendUpTo(text);
  }

  private write(piece: string): void {
    this.written += piece;
    this.sendUpTo(stablePrefix(this.written));
  }

  private sendUpTo(text: string): void {
    if (text.length <= this.streamed.length || !text.startsWith(this.streamed)) return;
    this.tell(text.slice(this.streamed.length));
    this.streamed = text;
  }
}
