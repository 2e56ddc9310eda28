/** One thing that is wrong with a document, told to the person who writes it. */
export interface Problem {
	/** Stable, dotted: `need.missing`, `cycle`, `ref.unknown`, `act.without-gate`, `id.twice`, `schema`. */
	code: string;
	/** An error keeps the workflow from running; a warning does not. */
	severity: 'error' | 'warning';
	/** Where, as keys from the root: `['steps', 2, 'needs', 0]`. */
	path: (string | number)[];
	/** One plain sentence. */
	message: string;
	/** What to do about it. */
	hint: string;
	/** The step it belongs to, where there is one. */
	stepId?: string;
}

/** A path as people write it: `steps[2].needs[0]`. The root is `(document)`. */
export function sayPath(path: readonly (string | number)[]): string {
	if (path.length === 0) return '(document)';
	return path
		.map((part, index) => (typeof part === 'number' ? `[${part}]` : index === 0 ? part : `.${part}`))
		.join('');
}

/** An error at a place; of a step, where there is one. */
export function problemAt(
	code: string,
	message: string,
	path: (string | number)[],
	step: { id: string } | null,
	hint: string
): Problem {
	return { code, severity: 'error', path, message, hint, ...(step ? { stepId: step.id } : {}) };
}

/** What may have been meant by a name that is not known. */
export function nearest(wanted: string, known: readonly string[]): string {
	const close = known.find(
		(id) =>
			id.toLowerCase().startsWith(wanted.slice(0, 3).toLowerCase()) ||
			wanted.includes(id) ||
			id.includes(wanted)
	);
	if (close) return `Did you mean “${close}”?`;
	return known.length ? `Known here: ${known.join(', ')}.` : 'Nothing of that sort exists yet; add it first.';
}
