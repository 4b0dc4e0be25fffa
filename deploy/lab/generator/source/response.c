#include "response.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "frames.h"
#include "system.h"

#define BEGINNING "HTTP/1."
#define LONGEST_LINE 8192
#define LONGEST_HEAD 65536

void response_begin(struct response *response, bool without_body) {
    char *line = response->line;
    *response = (struct response){.phase = STATUS_LINE, .without_body = without_body, .line = line};
}

void response_free(struct response *response) {
    free(response->line);
    response->line = NULL;
}

/* The next line without its end, or NULL: *bytes and *count move on. *broken when the line is too long or ends oddly. */
static const char *next_line(struct response *response, const char **bytes, size_t *count, size_t *length, bool *broken) {
    const char *start = *bytes;
    const char *end = memchr(start, '\n', *count);
    size_t taken = end ? (size_t)(end - start) + 1 : *count;
    *bytes += taken;
    *count -= taken;
    response->head_bytes += taken;
    if (response->line_bytes + taken > LONGEST_LINE || response->head_bytes > LONGEST_HEAD) {
        *broken = true;
        return NULL;
    }
    if (end == NULL || response->line_bytes) {
        if (response->line == NULL)
            response->line = allocate(LONGEST_LINE, 1);
        memcpy(response->line + response->line_bytes, start, taken);
        response->line_bytes += taken;
        if (end == NULL) {
            /* What speaks another language need not end its lines. */
            size_t known = response->line_bytes < strlen(BEGINNING) ? response->line_bytes : strlen(BEGINNING);
            *broken = response->phase == STATUS_LINE && memcmp(response->line, BEGINNING, known) != 0;
            return NULL;
        }
        start = response->line;
        taken = response->line_bytes;
        response->line_bytes = 0;
    }
    if (taken < 2 || start[taken - 2] != '\r') {
        *broken = true;
        return NULL;
    }
    *length = taken - 2;
    return start;
}

static bool read_number(const char *text, size_t length, unsigned base, uint64_t *value) {
    *value = 0;
    for (size_t at = 0; at < length; at++) {
        unsigned digit = text[at] >= '0' && text[at] <= '9'   ? (unsigned)(text[at] - '0')
                         : text[at] >= 'a' && text[at] <= 'f' ? (unsigned)(text[at] - 'a') + 10
                         : text[at] >= 'A' && text[at] <= 'F' ? (unsigned)(text[at] - 'A') + 10
                                                              : base;
        if (digit >= base || *value > (UINT64_MAX >> 5))
            return false;
        *value = *value * base + digit;
    }
    return length > 0;
}

static bool read_status(struct response *response, const char *line, size_t length) {
    uint64_t status;
    if (length < 12 || memcmp(line, BEGINNING, strlen(BEGINNING)) != 0 || (line[7] != '0' && line[7] != '1') || line[8] != ' ')
        return false;
    if (!read_number(line + 9, 3, 10, &status) || status < 100 || (length > 12 && line[12] != ' '))
        return false;
    response->status = (int)status;
    response->keep_alive = line[7] == '1';
    return true;
}

static bool is(const char *text, size_t length, const char *word) {
    return length == strlen(word) && strncasecmp(text, word, length) == 0;
}

/* Whether a comma-separated list has the word. */
static bool has_word(const char *text, size_t length, const char *word) {
    while (length) {
        const char *comma = memchr(text, ',', length);
        size_t part = comma ? (size_t)(comma - text) : length, taken = comma ? part + 1 : part, trimmed = part;
        const char *start = text;
        while (trimmed && (*start == ' ' || *start == '\t'))
            start++, trimmed--;
        while (trimmed && (start[trimmed - 1] == ' ' || start[trimmed - 1] == '\t'))
            trimmed--;
        if (is(start, trimmed, word))
            return true;
        text += taken;
        length -= taken;
    }
    return false;
}

static bool read_length(struct response *response, const char *value, size_t length) {
    uint64_t bytes;
    if (!read_number(value, length, 10, &bytes) || (response->has_length && bytes != response->remaining))
        return false;
    response->has_length = true;
    response->remaining = bytes;
    return true;
}

static bool read_header(struct response *response, const char *line, size_t length) {
    const char *colon = memchr(line, ':', length);
    if (colon == NULL || colon == line || colon[-1] == ' ' || *line == ' ' || *line == '\t')
        return false;
    size_t name = (size_t)(colon - line), size = length - name - 1;
    const char *value = colon + 1;
    while (size && (*value == ' ' || *value == '\t'))
        value++, size--;
    while (size && (value[size - 1] == ' ' || value[size - 1] == '\t'))
        size--;
    if (is(line, name, "content-length"))
        return read_length(response, value, size);
    if (is(line, name, "transfer-encoding"))
        response->chunked = has_word(value, size, "chunked");
    else if (is(line, name, "connection"))
        response->keep_alive =
            !has_word(value, size, "close") && (response->keep_alive || has_word(value, size, "keep-alive"));
    else if (is(line, name, "upgrade"))
        response->upgraded = is(value, size, "websocket");
    else if (is(line, name, "sec-websocket-accept"))
        response->accepted = size == strlen(HANDSHAKE_ANSWER) && memcmp(value, HANDSHAKE_ANSWER, size) == 0;
    return true;
}

/* What follows the empty line after the headers. */
static enum phase after_head(struct response *response) {
    if (response->status < 200 && response->status != 101) {
        bool without_body = response->without_body;
        response_begin(response, without_body);
        response->begun = true;
        return STATUS_LINE;
    }
    if (response->without_body || response->status == 101 || response->status == 204 || response->status == 304)
        return OVER;
    if (response->chunked)
        return CHUNK_SIZE;
    if (response->has_length)
        return response->remaining ? BODY : OVER;
    response->keep_alive = false;
    return UNTIL_CLOSE;
}

static bool read_line(struct response *response, const char *line, size_t length) {
    const char *extension;
    switch (response->phase) {
    case STATUS_LINE:
        response->phase = HEADERS;
        return read_status(response, line, length);
    case HEADERS:
        if (length)
            return read_header(response, line, length);
        response->phase = after_head(response);
        return true;
    case CHUNK_SIZE:
        response->head_bytes = 0;
        extension = memchr(line, ';', length);
        if (!read_number(line, extension ? (size_t)(extension - line) : length, 16, &response->remaining))
            return false;
        response->phase = response->remaining ? CHUNK : TRAILER;
        return true;
    case CHUNK_END:
        response->phase = CHUNK_SIZE;
        return length == 0;
    default: /* TRAILER */
        if (length == 0)
            response->phase = OVER;
        return true;
    }
}

enum progress response_read(struct response *response, const char *bytes, size_t count, size_t *used) {
    const size_t all = count;
    bool broken = false;
    response->begun |= count > 0;
    while (count && response->phase != OVER && !broken) {
        if (response->phase == UNTIL_CLOSE) {
            count = 0;
        } else if (response->phase == BODY || response->phase == CHUNK) {
            size_t taken = count < response->remaining ? count : (size_t)response->remaining;
            bytes += taken;
            count -= taken;
            response->remaining -= taken;
            if (response->remaining == 0)
                response->phase = response->phase == BODY ? OVER : CHUNK_END;
        } else {
            size_t length = 0;
            const char *line = next_line(response, &bytes, &count, &length, &broken);
            if (line != NULL)
                broken = !read_line(response, line, length);
        }
    }
    *used = all - count;
    return broken ? BROKEN : response->phase == OVER ? WHOLE : MORE;
}

enum progress response_end(const struct response *response) {
    return response->phase == UNTIL_CLOSE ? WHOLE : BROKEN;
}
