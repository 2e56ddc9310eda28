import { describe, expect, it } from 'vitest';
import { anchorOf } from './anchor';
import { checkFeedback } from './feedback';

const BEFORE = 'Revenue was € 12,000. Costs were flat. We are as an AI pleased.';
const AFTER = 'Revenue was € 12,400 net. We are pleased, and Ines agrees.';

const judged = (reason: string, after = AFTER) =>
	checkFeedback({ reason, comments: [], before: BEFORE, after }).map(({ verdict }) => verdict);

describe('what was asked for', () => {
	it.each([
		['Remove “as an AI”.', 'done'],
		['Leave out “pleased”.', 'not-done'],
		['Mention “Ines”.', 'done'],
		['Mention “Otto”.', 'not-done'],
		['Say “Revenue” first.', 'cannot-tell'],
		['It is 12,400, not 12,000.', 'done'],
		['It is 12,500, not 12,000.', 'not-done'],
		['Make it shorter.', 'done'],
		['Make it longer.', 'not-done'],
		['Write at most 5 words.', 'not-done'],
		['Be kinder to the reader.', 'cannot-tell'],
		['Do not forget to mention “Otto”.', 'not-done'],
		['Don’t forget “Ines”.', 'done'],
		['Do not change “Revenue”.', 'done'],
		['Do not drop “flat”.', 'not-done'],
		['No, it has to say “net”.', 'done'],
		['Remove “as an AI” and “pleased”.', 'not-done'],
		['Say “net” and never “gross”.', 'done'],
		['“as an AI” can go.', 'done'],
		['“pleased” should go.', 'not-done'],
		['Never write “gross” without a reason.', 'done']
	])('%s', (reason, verdict) => {
		expect(judged(reason)).toEqual([verdict]);
	});

	// A number that says how long or which part is none that should stand in the text.
	it.each([
		['Make it 3 bullet points.', 'cannot-tell'],
		['Say it in 2 sentences.', 'cannot-tell'],
		['Move section 2 to the top.', 'cannot-tell'],
		['Shorter, about 100 words.', 'done'],
		['Make it 20 % shorter.', 'done'],
		['Cut it by 20 %.', 'cannot-tell'],
		['Round to 2 decimals.', 'cannot-tell'],
		['Costs fell by 20 %.', 'not-done']
	])('%s', (reason, verdict) => {
		expect(judged(reason)).toEqual([verdict]);
	});

	it('is told sentence by sentence', () => {
		expect(judged('Mention “Ines”. Be kinder.\nRemove “net”')).toEqual(['done', 'cannot-tell', 'not-done']);
	});

	it('was not done in a draft that is the same', () => {
		expect(judged('Be kinder to the reader.', BEFORE)).toEqual(['not-done']);
	});
});

describe('a remark', () => {
	const start = BEFORE.indexOf('Costs were flat');
	const about = (text: string, after: string) =>
		checkFeedback({
			reason: '',
			comments: [{ ...anchorOf(BEFORE, start, start + 'Costs were flat'.length), text }],
			before: BEFORE,
			after
		})[0];

	it('is about its place: unchanged, rewritten, or gone', () => {
		expect(about('Why?', BEFORE.replace('12,000', '12,400'))).toMatchObject({ verdict: 'not-done' });
		expect(
			about('Why?', BEFORE.replace('Costs were flat', 'Costs fell, since we hired nobody'))
		).toMatchObject({
			verdict: 'cannot-tell',
			says: 'It says there now: “Costs fell, since we hired nobody”.'
		});
		expect(about('Why?', AFTER)).toMatchObject({ says: 'The place that it was about is gone.' });
	});

	it('that suggests a text was followed when the draft says that now', () => {
		const quote = 'Costs were flat';
		const suggest = (replacement: string, after: string) =>
			checkFeedback({
				reason: '',
				comments: [{ ...anchorOf(BEFORE, start, start + quote.length), text: '', replacement }],
				before: BEFORE,
				after
			})[0];
		const better = 'Costs fell by 3%';
		expect(suggest(better, BEFORE.replace(quote, better))).toMatchObject({
			ask: 'Write “Costs fell by 3%” instead.',
			verdict: 'done'
		});
		expect(suggest(better, BEFORE.replace('12,000', '12,400'))?.verdict).toBe('not-done');
		expect(suggest(better, BEFORE)?.verdict).toBe('not-done');
		expect(suggest(better, BEFORE.replace(quote, 'Costs rose'))?.verdict).toBe('cannot-tell');
		expect(suggest('', AFTER)).toMatchObject({ ask: 'Leave this out.', verdict: 'done' });
		expect(suggest('', BEFORE.replace('12,000', '12,400'))?.verdict).toBe('not-done');
		// What it says already was not put there by this.
		expect(suggest(quote, BEFORE.replace('12,000', '12,400'))?.verdict).toBe('not-done');
	});
});
