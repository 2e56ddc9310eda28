/**
 * Does parsed JSON carry a key by which a careless copy would change every object: `__proto__`, or a `prototype` in a
 * `constructor`? The words alone are fine: a table of racing teams has constructors. Without recursion, so that depth
 * cannot hurt.
 */
export function pollutes(value: unknown): boolean {
	const left: unknown[] = [value];
	while (left.length > 0) {
		const next = left.pop();
		if (next === null || typeof next !== 'object') continue;
		if (Array.isArray(next)) {
			for (const item of next) left.push(item);
			continue;
		}
		for (const [key, inner] of Object.entries(next)) {
			if (isPolluting(key, inner)) return true;
			left.push(inner);
		}
	}
	return false;
}

function isPolluting(key: string, inner: unknown): boolean {
	if (key === '__proto__') return true;
	return (
		key === 'constructor' && typeof inner === 'object' && inner !== null && Object.hasOwn(inner, 'prototype')
	);
}

/** Completes “line 3 …” or “it …”. */
export const POLLUTES =
	'names a key that could change how programs work (“__proto__” or a constructor’s prototype)';
