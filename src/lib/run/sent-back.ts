import type { EventOf } from './event';
import type { GateComment } from './event-review';

/** What the step that runs again is told: the person's words, and their remarks with the places that they are about. */
export function saySentBack({
	reason,
	comments = []
}: Pick<EventOf<'review.decided'>, 'reason' | 'comments'>): string {
	return [reason, ...comments.map(sayComment)].filter((part) => part !== '').join('\n');
}

function sayComment(comment: GateComment): string {
	return `About “${oneLine(comment.quote)}”: ${sayRemark(comment)}`;
}

/** The words of a remark, and the text that it suggests. */
export function sayRemark({ text, replacement }: GateComment): string {
	if (replacement === undefined) return text;
	const said = oneLine(replacement);
	const suggested = said === '' ? 'Leave this out.' : `Write “${said}” instead.`;
	return text === '' ? suggested : `${text} ${suggested}`;
}

function oneLine(text: string): string {
	return text.replace(/\s+/g, ' ').trim();
}
