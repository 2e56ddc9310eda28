import type { EventOf } from './event';
import type { GateComment } from './event-review';

/** What the step that runs again is told: the person's words, and their remarks with the places that they are about. */
export function saySentBack({
	reason,
	comments = []
}: Pick<EventOf<'review.decided'>, 'reason' | 'comments'>): string {
	return [reason, ...comments.map(sayComment)].filter((part) => part !== '').join('\n');
}

function sayComment({ quote, text }: GateComment): string {
	return `About “${quote.replace(/\s+/g, ' ').trim()}”: ${text}`;
}
