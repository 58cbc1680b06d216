import { estimatedTokens } from './estimated-tokens.ts';

/** A rule as a careful and wordy editor puts it, what it comes to, and the same again in other words. */
interface Rule {
  readonly wordy: string;
  readonly plain: string;
  readonly again: string;
}

const rule = (wordy: string, plain: string, again: string): Rule => ({ wordy, plain, again });

/** `{kind}` is the content type in words. */
const rules: readonly Rule[] = [
  rule(
    'You are an experienced writer and editor, and it is your task, whenever you are asked, to write a {kind} that does full justice to the brief that you have been given.',
    'Write a {kind} that meets the brief.',
    'In other words, the brief is what counts, and the {kind} that you write should always and in every case be measured against that brief.',
  ),
  rule(
    'It is very important to note that each and every key point of the brief absolutely has to appear in the text, in such a way that a reader would be able to find it again.',
    'Include every key point.',
    'Please make sure that no key point whatsoever is left out, forgotten, or merely hinted at, because a key point that is missing is a mistake.',
  ),
  rule(
    'With regard to facts, figures and names, you should at all times make use of only those that are actually contained in the brief or in the reference material that comes with it.',
    'Use only facts from the brief and its reference.',
    'That is to say, under no circumstances should you invent numbers, studies, customers, awards or quotations of any kind.',
  ),
  rule(
    'As far as the tone is concerned, it is essential that the tone which the brief asks for is the tone that is in fact used, from the very first sentence right up to the very last one.',
    'Keep the asked tone throughout.',
    'To put it another way, do not start out in one tone and then, for whatever reason, end up in a different one.',
  ),
  rule(
    'When it comes to length, please always keep in mind that the number of words which has been asked for is the number of words that the reader has time for, give or take ten per cent.',
    'Stay within ten per cent of the asked length.',
    'Once more, as this is so often overlooked: neither a text that is far too long nor a text that is far too short is of any use to anybody.',
  ),
  rule(
    'Due to the fact that readers tend to decide within the first few seconds whether or not they wish to go on reading, the first sentence needs to say what the text is about.',
    'Say in the first sentence what it is about.',
    'So basically, do not hide the main thing somewhere in the middle, but rather put it at the beginning where everybody will see it.',
  ),
  rule(
    'For the purpose of making the text easy to read, it is generally speaking a good idea to make use of short sentences, with one single thought in each and every one of them.',
    'Use short sentences with one thought each.',
    'What this means is that a sentence with several clauses should, wherever that is at all possible, be divided up into two or even three sentences.',
  ),
  rule(
    'In order to help the reader to find his or her way through the text, please divide the text up into paragraphs, and see to it that each of these paragraphs deals with one topic only.',
    'Use paragraphs with one topic each.',
    'A wall of text, as it is often called, is something that readers simply skip, and for that reason it should be avoided.',
  ),
  rule(
    'It goes without saying that all of the keywords which are listed in the brief should be used, but they should be used in a natural manner, at a place in the text where they really fit.',
    'Use each keyword once where it fits naturally.',
    'Please do not, however, stuff the text full of keywords, since this is unpleasant for readers and is of no benefit at all.',
  ),
  rule(
    'It is also worth mentioning at this point that repetition is to be avoided, so that a thing that has already been said one time is, as a matter of principle, not said a second time.',
    'Do not repeat yourself.',
    'Repeating the same thing again and again in slightly different words makes a text longer without making it any better.',
  ),
  rule(
    'Before you hand in the text, we would like to ask you to take the time to check the spelling, the grammar and the punctuation of each individual sentence with the greatest possible care.',
    'Check spelling, grammar and punctuation.',
    'Errors of this sort, no matter how small they may be, have the effect that readers lose their trust in everything else.',
  ),
  rule(
    'The audience that is named in the brief is the audience that you are writing for, and this is something which you should bear in mind with respect to every example and every word you choose.',
    'Write for the audience in the brief.',
    'Just imagine that a member of precisely this audience is sitting right in front of you and listening to what you have to say.',
  ),
  rule(
    'In the event that the brief asks for a certain structure, such as for instance a list with bullet points, then this structure has to be used in exactly the way in which it was asked for.',
    'Follow the structure asked for.',
    'Where, on the other hand, no structure at all is asked for, you are completely free to use ordinary paragraphs.',
  ),
  rule(
    'Words that are more or less empty of meaning, for example very, really, quite, simply or literally, do as a rule not contribute anything to a text and can therefore be left out.',
    'Leave out empty words.',
    'If it is possible to take a word away without anything being lost as a result, then that word should indeed be taken away.',
  ),
  rule(
    'We kindly ask you to prefer the active voice over the passive voice in all those cases where there is a choice between the two, given that the active voice is more direct.',
    'Prefer the active voice.',
    'The person or the thing that does something should, in other words, also be the subject of the sentence in which it is done.',
  ),
  rule(
    'Concrete details, by which we mean such things as a material, a place, a person or a time, are in nearly all cases preferable to general statements that could be made about anything.',
    'Prefer concrete details to general statements.',
    'A statement that would be just as true of any other topic is, to be perfectly honest, not worth the space that it takes up.',
  ),
  rule(
    'At the end of the text, there should be a sentence by means of which the reader is told in a clear and friendly manner what he or she is able to do next.',
    'End with the next step for the reader.',
    'A text that just stops at some point, without any kind of ending, leaves the reader alone with the question of what comes next.',
  ),
  rule(
    'Please note that technical terms and abbreviations should either be explained at the time at which they are used for the first time or else, which is better still, not be used at all.',
    'Explain technical terms or avoid them.',
    'What is obvious to an expert is, as experience has shown time and again, by no means obvious to all of the other readers.',
  ),
  rule(
    'Claims which cannot be proven, such as that something is the best, the first or the only one of its kind, are not permitted unless they are explicitly contained in the brief.',
    'Make no unproven claims.',
    'It is a fact that superlatives of this nature are not believed by most readers anyway, and they may even have legal consequences.',
  ),
  rule(
    'The language that is to be used for the text is the language that is stated in the brief or, if no language has been stated there, the language in which the brief itself is written.',
    'Write in the language of the brief.',
    'Mixing several languages with each other in one and the same text is something that should not happen.',
  ),
  rule(
    'Humour, wherever it is in keeping with the tone that has been asked for, is welcome as long as it is at nobody’s expense and as long as it does not get in the way of the message.',
    'Use humour only where the tone allows.',
    'In case of doubt, it is in all probability the better choice to do without the joke.',
  ),
  rule(
    'Respect for all readers, irrespective of their age, gender, origin or any other characteristic whatsoever, is a matter of course and has to be evident from each and every sentence.',
    'Respect all readers.',
    'Stereotypes and clichés about groups of people, even if they are well meant, do not have a place in any of our texts.',
  ),
  rule(
    'As regards the headline or title, in case one is required, it should contain the most important point of all, and it should do so in no more than about ten words or thereabouts.',
    'Put the main point in the title, in ten words at most.',
    'A title which promises more than the text that follows is able to keep is, for all intents and purposes, a small lie.',
  ),
  rule(
    'Finally, and this is likewise of great importance, please deliver the text and only the text, that is to say without any remarks, explanations or introductions of your own.',
    'Deliver only the text.',
    'There is, in short, no need whatsoever to tell us what you have done or why it is that you have done it in this particular way.',
  ),
];

/** How a rule is brought up once more when the guidance has room for it. */
const reminders: readonly string[] = [
  'To say it once again in plain words: {plain}',
  'Please remember at all times: {plain}',
  'It cannot be stressed often enough: {plain}',
  'As has already been mentioned above: {plain}',
  'This, too, belongs to what reviewers will look at: {plain}',
  'For the sake of completeness, the rule in brief: {plain}',
];

/**
 * Guidance of about that many tokens for a content type, as one finds it in prompts that have grown: every rule is
 * sound, most are wordy, and many are said more than once.
 */
export function guidanceFor(contentType: string, tokens: number): string {
  const kind = contentType.replaceAll('_', ' ');
  const passages: string[][] = rules.map(() => []);
  let left = tokens - 1;
  for (let round = 0; left > 0 && round < 400; round++)
    for (const [i, each] of rules.entries()) {
      const sentence = sentenceOf(each, round).replaceAll('{kind}', kind);
      const size = (sentence.length + 1) / 4;
      if (size > left + 12) continue;
      passages[i]?.push(sentence);
      left -= size;
      if (left <= 4) return laidOut(passages);
    }
  return laidOut(passages);
}

function sentenceOf({ wordy, plain, again }: Rule, round: number): string {
  if (round === 0) return wordy;
  if (round === 1) return again;
  return (reminders[(round - 2) % reminders.length] as string).replace('{plain}', plain);
}

const laidOut = (passages: readonly string[][]): string =>
  passages
    .filter((sentences) => sentences.length > 0)
    .map((sentences) => sentences.join(' '))
    .join('\n');

/** What the instructions weigh, as the sandbox counts them. */
export const guidanceTokens = (contentType: string, tokens: number): number =>
  estimatedTokens(guidanceFor(contentType, tokens));
