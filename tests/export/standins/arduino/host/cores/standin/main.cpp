#include <stdio.h>

#include "Arduino.h"

StandInSerial Serial;

void StandInSerial::begin(unsigned long) {}

void StandInSerial::print(const char* text) {
    printf("%s", text);
}

void StandInSerial::print(char letter) {
    printf("%c", letter);
}

void StandInSerial::print(unsigned char number) {
    printf("%u", static_cast<unsigned>(number));
}

void StandInSerial::print(int number) {
    printf("%d", number);
}

void StandInSerial::print(unsigned int number) {
    printf("%u", number);
}

void StandInSerial::print(long number) {
    printf("%ld", number);
}

void StandInSerial::print(unsigned long number) {
    printf("%lu", number);
}

void StandInSerial::print(double number) {
    printf("%.2f", number);
}

void StandInSerial::println(const char* text) {
    printf("%s\n", text);
}

unsigned long micros() {
    static unsigned long time = 0;
    return time += 7;
}

void delay(unsigned long) {}

// One round of what a board does for ever.
int main() {
    setup();
    loop();
    return 0;
}
