import type { KindRules } from '$lib/workflow';
import type { StepKind } from './contract';

const files = import.meta.glob<StepKind>('./kinds/*.ts', { eager: true, import: 'default' });

const kinds = new Map(
	Object.entries(files)
		.filter(([path]) => !path.endsWith('.test.ts'))
		.map(([, kind]) => [kind.kind, kind] as const)
);

/** Every step kind of this release, in alphabetical order. */
export function stepKinds(): StepKind[] {
	return [...kinds.values()].sort((a, b) => a.kind.localeCompare(b.kind));
}

/** The kind of that name, or null: a document may name kinds that this release does not have. */
export function stepKind(kind: string): StepKind | null {
	return kinds.get(kind) ?? null;
}

/** What the validation of workflow documents needs to know of each kind. */
export function kindRules(): Map<string, KindRules> {
	return new Map(
		stepKinds().map((kind) => {
			const rules: KindRules = { title: kind.title, config: kind.config };
			if (kind.gate) rules.gate = true;
			if (kind.acts) rules.acts = true;
			if (kind.acts && kind.host) rules.outside = true;
			if (kind.requiredInputs) rules.requiredInputs = kind.requiredInputs;
			return [kind.kind, rules] as const;
		})
	);
}
