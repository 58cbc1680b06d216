/** What a model leaves around a text that it was asked for. */
export type Wrapping = 'fence' | 'chat' | 'thoughts';

const fence = /^\s*(?:```|~~~)/m;
const thoughtTag = /<\/?(?:think|thinking|thought|thoughts|reasoning|reflection|scratchpad|analysis|plan)>/i;
/** Said about the task, not to the reader. */
const aboutTheTask =
  /\b(?:the user (?:wants|asks|asked|needs|is asking|requested|said)|let me (?:think|draft|plan|start|first|write|outline|break|check|count|consider)|(?:i|we) (?:need|have|should|must|will|want) (?:to )?(?:write|mention|draft|include|produce|create|craft)\b|i(?:'ll|’ll| will) (?:write|draft|start|begin|structure|go with|keep)\b|(?:first|second|next), i(?:'ll|’ll| will| should| need)|step by step\. first|word count:|key points? to cover)/i;
const opening =
  /^(?:(?:sure(?: thing)?|certainly|of course|absolutely|great(?: question)?|happy to help|no problem|got it|okay|ok|understood|alright)\b[!,.:]|as an? (?:ai|artificial|large language|language model)|i(?:'ve|’ve| have) (?:written|drafted|prepared|created|summari[sz]ed|put together)|(?:here(?:'s|’s| is| are)|below (?:is|are)|this is) (?:(?:a|an|the|your|my|some) )?(?:[\p{L}-]+ ){0,4}?(?:draft|version|text|copy|descriptions?|posts?|emails?|summary|summaries|headlines?|ads?|articles?|notes|tweets?|captions?|blog|options?|response|answer|rewrite|outline|content|announcement|letter|message|list|product)\b[^.!?]{0,80}(?:[:!]|$))/imu;
const closing =
  /(?:\blet me know (?:if|whether|what|how)\b|\bfeel free to\b|\bi hope (?:this|that|it|these)\b[^.!?]{0,30}\b(?:help|work|suit|fit|meet|useful)|\bhope you like\b|\bwould you like me to\b|\bdo you want me to\b|\bshall i\b|\bwant (?:me to|another version|a (?:shorter|longer|different))|\bis there anything else\b|\bhappy to (?:revise|adjust|tweak|help))[^\n]*$/i;
/** Of what stands at the beginning and at the end; the middle is the text itself. */
const openingReach = 2;
const longestClosing = 160;

/** What is left around the text, each at most once. */
export function wrappingsOf(text: string, contentType: string): Wrapping[] {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  const found: Wrapping[] = [];
  if (fence.test(text)) found.push('fence');
  if (thoughtTag.test(text) || aboutTheTask.test(lines.slice(0, openingReach).join('\n').slice(0, 400)))
    found.push('thoughts');
  if (hasChat(lines, contentType)) found.push('chat');
  return found;
}

function hasChat(lines: readonly string[], contentType: string): boolean {
  if (lines.slice(0, openingReach).some((line) => opening.test(line.trim()))) return true;
  const last = lines.at(-1) ?? '';
  // An e-mail's writer asks to be told, and signs below it.
  return lines.length > 1 && contentType !== 'email' && last.length <= longestClosing && closing.test(last);
}
