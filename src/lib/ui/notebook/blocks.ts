/**
 * Markdown that is still being written, cut at blank lines outside code fences. Blocks before the last are finished and
 * never change again, so only the last one is parsed anew as text arrives.
 */
export class Blocks {
	#text = '';
	/** Where the last, unfinished block begins. */
	#open = 0;
	/** Where the line that was not complete yet begins. */
	#scanned = 0;
	#fence: string | null = null;
	#done: string[] = [];

	/** Takes the text so far. Text that does not continue the former begins anew. */
	take(text: string): { done: readonly string[]; open: string } {
		if (!text.startsWith(this.#text)) {
			this.#open = this.#scanned = 0;
			this.#fence = null;
			this.#done = [];
		}
		this.#text = text;
		for (let end = text.indexOf('\n', this.#scanned); end >= 0; end = text.indexOf('\n', this.#scanned)) {
			this.#line(text.slice(this.#scanned, end), end + 1);
			this.#scanned = end + 1;
		}
		return { done: this.#done, open: text.slice(this.#open) };
	}

	#line(line: string, next: number): void {
		const fence = /^ {0,3}(```|~~~)/.exec(line)?.[1] ?? null;
		if (fence !== null && (this.#fence === null || this.#fence === fence)) {
			this.#fence = this.#fence === null ? fence : null;
		}
		if (line.trim() !== '' || this.#fence !== null) return;
		const block = this.#text.slice(this.#open, next);
		if (block.trim() !== '') this.#done = [...this.#done, block];
		this.#open = next;
	}
}
