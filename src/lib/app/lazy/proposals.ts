// Loaded when an edit was approved: the comparison of words is not needed before.
export { proposeNotes } from '$lib/run';
