type Listener<T> = (part: T) => void;

/**
 * What a worker tells on the way goes by a port of its own, which has no order with its answer: the last of it may come
 * after. `heard` wraps a listener that is told nothing once the answer, or the failure, is there.
 */
export async function whileUnderWay<T>(
	begin: (heard: <P>(listener: Listener<P>) => Listener<P>) => Promise<T>
): Promise<T> {
	let isOver = false;
	try {
		return await begin((listener) => (part) => {
			if (!isOver) listener(part);
		});
	} finally {
		isOver = true;
	}
}
