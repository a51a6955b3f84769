/**
 * All that is not needed to read, in one piece: loaded once, when somebody has signed in or wants to take part.
 */

export { act } from "./actions.js";
export { showConversation } from "./conversation.js";
export { commentForm } from "./comment-form.js";
export { ownLayer } from "./own-layer.js";
export { warningNote } from "./warning.js";
export { learnToWrite } from "./writing.js";
