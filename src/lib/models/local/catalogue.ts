/** Where hosts keep the files that they send a download on to. A host that is not here may send it nowhere. */
export const HANDS_ON_TO: Record<string, readonly string[]> = {
	'huggingface.co': ['huggingface.co', '.huggingface.co', '.hf.co']
};
