/**
 * A file that tells how much of it was read. The runtime asks for pieces one after the other and says nothing of it
 * itself; this is what it uses of a file.
 */
export class Watched {
	#done = 0;

	constructor(
		private readonly file: File,
		private readonly onRead: (bytes: number) => void
	) {}

	get size(): number {
		return this.file.size;
	}

	get name(): string {
		return this.file.name;
	}

	slice(start: number, end: number): Blob {
		this.#done = Math.max(this.#done, Math.min(end, this.file.size));
		this.onRead(this.#done);
		return this.file.slice(start, end);
	}

	stream(): ReadableStream<Uint8Array> {
		let done = 0;
		return this.file.stream().pipeThrough(
			new TransformStream<Uint8Array, Uint8Array>({
				transform: (piece, controller) => {
					done += piece.byteLength;
					this.onRead(done);
					controller.enqueue(piece);
				}
			})
		);
	}
}
