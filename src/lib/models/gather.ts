/** Pieces are gathered for about a frame, so that a fast model does not flood the message ports on their way. */
const GATHER_MS = 16;

/** Joins pieces that come close together into one call of `onText`. `flush` hands over what is left. */
export function gatherText(onText: (piece: string) => void): {
	add: (piece: string) => void;
	flush: () => void;
} {
	let text = '';
	let timer: ReturnType<typeof setTimeout> | undefined;
	const flush = () => {
		clearTimeout(timer);
		timer = undefined;
		if (text) onText(text);
		text = '';
	};
	return {
		add(piece) {
			text += piece;
			timer ??= setTimeout(flush, GATHER_MS);
		},
		flush
	};
}
