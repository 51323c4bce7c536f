/**
 * What everything else stands on: files that are written whole or not at all, hashes, progress,
 * threads, the backend, and the exceptions that users see.
 */
package org.lensdl4j.model.base;
