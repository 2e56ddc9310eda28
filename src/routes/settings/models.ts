import { canonicalJson, type ConfiguredModel, type ProviderChoice } from '$lib/core';

/** The list of a person's models, edited. Each function gives a new list. */

/** An id that no model of the list has, readable in a document: `gpt-large`, `gpt-large-2`. */
export function newId(title: string, models: readonly ConfiguredModel[]): string {
	const plain = title
		.toLowerCase()
		.normalize('NFKD')
		.replace(/[^a-z0-9]+/g, '-')
		.replace(/^-+|-+$/g, '')
		.slice(0, 40);
	const base = plain || 'model';
	const taken = new Set(models.map((one) => one.id));
	for (let number = 1; ; number++) {
		const id = number === 1 ? base : `${base}-${number}`;
		if (!taken.has(id)) return id;
	}
}

/** The list with a model on another place; places beyond the ends are the ends. */
export function moved(models: readonly ConfiguredModel[], from: number, to: number): ConfiguredModel[] {
	const next = [...models];
	const [one] = next.splice(from, 1);
	if (one) next.splice(Math.max(0, Math.min(next.length, to)), 0, one);
	return next;
}

/** The list with a copy of a model right below it. */
export function duplicated(models: readonly ConfiguredModel[], id: string): ConfiguredModel[] {
	return models.flatMap((one) => {
		if (one.id !== id) return [one];
		const title = `${one.title} copy`;
		return [one, { ...one, id: newId(title, models), title, choice: { ...one.choice, title } }];
	});
}

/** The list with one model in the place of the one of that id, or at its end. The choice goes by the model's title. */
export function put(models: readonly ConfiguredModel[], one: ConfiguredModel): ConfiguredModel[] {
	const kept = { ...one, choice: { ...one.choice, title: one.title } };
	return models.some(({ id }) => id === one.id)
		? models.map((other) => (other.id === one.id ? kept : other))
		: [...models, kept];
}

export function isSame(a: ProviderChoice, b: ProviderChoice): boolean {
	return a.id === b.id && canonicalJson(a.config) === canonicalJson(b.config);
}
