import { countWords, hasPhrase, judgeRule, numbersIn, parseRule, sentences } from '$lib/core';
import { placeOf, type Place } from './anchor';
import type { GateComment } from './event-review';
import { sayRemark } from './sent-back';

/** Whether what was asked for at a gate was done in the next draft, as far as rules can say. */
export interface AskedFor {
	/** The person's own words. */
	ask: string;
	verdict: 'done' | 'not-done' | 'cannot-tell';
	/** One sentence on what was seen. */
	says: string;
	/** The remark that asked for it. */
	comment?: GateComment;
}

export interface SentBack {
	reason: string;
	comments: readonly GateComment[];
	/** The draft that they were about, and the one that came next. */
	before: string;
	after: string;
}

const QUOTED = /[“"«]([^”"»]+)[”"»]/g;
const AWAY =
	/\b(?:remove|drop|delete|omit|cut|leave out|take out|without|never|do not|don[’']t|no)\b(?!\s*[,:;.–—])/i;
/** “Do not forget” is a wish for it. */
const KEEP =
	/\b(?:do not|don[’']t|never|without)\s+(?:forget|omit|drop|remov|delet|cut|los|miss|chang|touch|shorten|leav\w* out)\w*/i;
/** Said after the last phrase of a sentence: `“net” can go`. */
const AWAY_AFTER =
	/\b(?:remove|drop|delete|omit|leave out|take out|leave it out|take it out|(?:can|should|must|has to|may) go)\b/i;
/** What stands right before something that is not wanted. */
const NOT = /(?:\bnot|\binstead of|\brather than|\bnever|\bno|\breplace|\bchange)\s*(?:the\s+)?[€$£]?\s*$/i;
const SHORTER = /\b(?:shorter|shorten|too long|more briefly|tighter)\b/i;
const LONGER = /\b(?:longer|more detail|more details|too short|in more depth)\b/i;
/** Numbers that count or name parts of a text, or say how much of it should go, are not wanted in it. */
const COUNTS =
	/^[\s-]*(?:\p{L}+ )?(?:words?|sentences?|paragraphs?|bullets?|points?|lines?|sections?|items?|examples?|reasons?|rows?|columns?|times|pages?|headings?|characters?|letters?|steps?|decimals?|digits?)\b|^\s?%?\s*(?:shorter|longer|less|fewer)\b/iu;
const NAMES_PART =
	/(?:\b(?:sections?|paragraphs?|sentences?|bullets?|lines?|rows?|columns?|headings?|pages?|slides?|steps?|revisions?|drafts?|versions?|no\.?)|#)\s*$/i;
const BY =
	/\b(?:cut|trim|shorten|reduce|expand|shorter|longer)\b.*\bby\s+(?:about |around |at least |some )?$/i;

/** Every sentence of the reason and every remark, each judged by itself. */
export function checkFeedback(sent: SentBack): AskedFor[] {
	const asks = sent.reason.split('\n').flatMap((line) => sentences(line.trim()));
	return [
		...asks.map((ask) => ({ ask, ...judge(ask, sent) })),
		...sent.comments.map((comment) => ({
			ask: sayRemark(comment),
			comment,
			...judgeComment(comment, sent)
		}))
	];
}

type Judged = Pick<AskedFor, 'verdict' | 'says'>;

const SAME: Judged = { verdict: 'not-done', says: 'The draft is the same as before.' };

function judge(ask: string, { before, after }: SentBack): Judged {
	if (before === after) return SAME;
	const rule = parseRule(ask);
	if (rule) {
		const { held, reason } = judgeRule(rule, after);
		return { verdict: held ? 'done' : 'not-done', says: reason };
	}
	const seen = [
		...judgePhrases(ask, before, after),
		...judgeNumbers(ask, after),
		...judgeLength(ask, before, after)
	];
	if (seen.length === 0)
		return { verdict: 'cannot-tell', says: 'No rule can judge this: look at what changed.' };
	const worst =
		seen.find(({ verdict }) => verdict === 'not-done') ?? seen.find(({ verdict }) => verdict !== 'done');
	return { verdict: worst?.verdict ?? 'done', says: seen.map(({ says }) => says).join(' ') };
}

type Wish = 'there' | 'away' | 'kept';

/** What is wanted of each quoted phrase: by the words before it, of the last one also by those after it. */
function wishesFor(ask: string): { phrase: string; wish: Wish }[] {
	let end = 0;
	let wish: Wish = 'there';
	const all = [...ask.matchAll(QUOTED)];
	return all.map((match, index) => {
		const words = ask.slice(end, match.index);
		end = match.index + match[0].length;
		// “Remove “a”, “b” and “c””: the verb stands before the first.
		if (index === 0 || !/^[\s,]*(?:(?:and|or|nor)\s+)?(?:the\s+)?$/i.test(words)) wish = wishIn(words);
		const isGoing = wish === 'there' && index === all.length - 1 && AWAY_AFTER.test(ask.slice(end));
		return { phrase: (match[1] ?? '').trim(), wish: isGoing ? 'away' : wish };
	});
}

function wishIn(words: string): Wish {
	if (KEEP.test(words)) return 'kept';
	return AWAY.test(words) || NOT.test(words) ? 'away' : 'there';
}

function judgePhrases(ask: string, before: string, after: string): Judged[] {
	return wishesFor(ask).map(({ phrase, wish }): Judged => {
		const [was, is] = [hasPhrase(before, phrase), hasPhrase(after, phrase)];
		if (wish === 'away')
			return is
				? no(`“${phrase}” is still there.`)
				: yes(`“${phrase}” is not there${was ? ' any more' : ''}.`);
		if (!is) return no(`“${phrase}” is not there.`);
		if (!was) return yes(`“${phrase}” is there now.`);
		return wish === 'kept' ? yes(`“${phrase}” is there.`) : unsure(`“${phrase}” is there, as it was before.`);
	});
}

function judgeNumbers(ask: string, after: string): Judged[] {
	const bare = ask.replace(QUOTED, (quoted) => ' '.repeat(quoted.length));
	const there = new Set(numbersIn(after).map(({ value }) => value));
	const stated = numbersIn(bare).filter(({ raw, at }) => {
		const lead = bare.slice(0, at);
		return !COUNTS.test(bare.slice(at + raw.length)) && !NAMES_PART.test(lead) && !BY.test(lead);
	});
	return stated.map(({ raw, value, at }): Judged => {
		const away = NOT.test(bare.slice(0, at));
		if (away) return there.has(value) ? no(`${raw} is still there.`) : yes(`${raw} is not there any more.`);
		return there.has(value) ? yes(`${raw} is there.`) : no(`${raw} is not there.`);
	});
}

function judgeLength(ask: string, before: string, after: string): Judged[] {
	const [was, is] = [countWords(before), countWords(after)];
	const says = `${is} words now, ${was} before.`;
	if (SHORTER.test(ask)) return [is < was ? yes(says) : no(says)];
	if (LONGER.test(ask)) return [is > was ? yes(says) : no(says)];
	return [];
}

/** A remark is about a place: what stands there now says more than any guess. */
function judgeComment(comment: GateComment, sent: SentBack): Judged {
	const { replacement } = comment;
	if (replacement !== undefined) return judgeSuggestion({ ...comment, replacement }, sent);
	const judged = judge(comment.text, sent);
	if (judged.verdict !== 'cannot-tell') return judged;
	const place = placeOf(sent.after, comment);
	if (!place) return unsure('The place that it was about is gone.');
	if (place.how === 'exact') return no('The text there is unchanged.');
	return unsure(saysNow(sent.after, place));
}

/** A suggestion was taken when the draft says what was suggested, and did not before. */
function judgeSuggestion(
	comment: GateComment & { replacement: string },
	{ before, after }: SentBack
): Judged {
	const wanted = comment.replacement.trim();
	if (before === after) return SAME;
	if (wanted !== '' && after.includes(wanted) && !before.includes(wanted)) return yes('It says that now.');
	const place = placeOf(after, comment);
	if (place?.how === 'exact') return no('The text there is unchanged.');
	if (place) return unsure(saysNow(after, place));
	return wanted === '' ? yes('It is not there any more.') : unsure('The place that it was about is gone.');
}

function saysNow(text: string, { start, end }: Place): string {
	return `It says there now: “${text.slice(start, end).trim()}”.`;
}

const yes = (says: string): Judged => ({ verdict: 'done', says });
const no = (says: string): Judged => ({ verdict: 'not-done', says });
const unsure = (says: string): Judged => ({ verdict: 'cannot-tell', says });
