import { expect, it } from 'vitest';
import { evidenceSchema } from './event-parts';

const evidence = { claim: '44', document: 'notes.md', place: 'line 3', how: 'as written there' };

it('evidence keeps its place in the draft, and evidence of earlier logs has none', () => {
	expect(evidenceSchema.parse({ ...evidence, at: 17 })).toEqual({ ...evidence, at: 17 });
	expect(evidenceSchema.parse(evidence)).toEqual(evidence);
});
