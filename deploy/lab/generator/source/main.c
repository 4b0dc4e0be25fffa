/* The load generator of the laboratory. deploy/lab/generator/ compiles and runs it; nobody needs to call it by hand. */
#include <string.h>

#include "commands.h"
#include "options.h"
#include "system.h"

static const struct {
    const char *name;
    void (*run)(const struct options *);
} COMMANDS[] = {
    {"http", run_http},
    {"ws-echo", run_echo},
    {"ws-fan", run_fan},
    {"chat", run_chat},
    {"hold", run_hold},
    {"arrivals", print_arrivals},
    {"serve-plain", serve_plain},
};

int main(int count, char **words) {
    struct options options;
    options_read(&options, count, words);
    end_with_parent(options.parent);
    if (options.cpu >= 0)
        pin_to(options.cpu);
    allow_files(options.connections);
    for (size_t at = 0; at < sizeof COMMANDS / sizeof *COMMANDS; at++)
        if (strcmp(options.command, COMMANDS[at].name) == 0) {
            COMMANDS[at].run(&options);
            return 0;
        }
    die("\"%s\" is no command", options.command);
}
