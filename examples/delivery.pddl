; A van brings parcels to houses that somebody has to open first.
(define (domain delivery)
  (:requirements :typing :negative-preconditions :conditional-effects :action-costs)
  (:types place parcel van - object
    house - place)
  (:predicates (at ?v - van ?p - place) (in ?x - parcel ?v - van) (lies-at ?x - parcel ?p - place)
    (road ?a ?b - place) (locked ?h - house) (dog-awake ?h - house))
  (:functions (total-cost) - number (length ?a ?b - place) - number)
  (:action drive
    :parameters (?v - van ?from ?to - place)
    :precondition (and (at ?v ?from) (road ?from ?to))
    :effect (and (at ?v ?to) (not (at ?v ?from)) (increase (total-cost) (length ?from ?to))))
  (:action load
    :parameters (?x - parcel ?v - van ?p - place)
    :precondition (and (lies-at ?x ?p) (at ?v ?p))
    :effect (and (in ?x ?v) (not (lies-at ?x ?p))))
  (:action ring
    :parameters (?h - house ?v - van)
    :precondition (and (at ?v ?h) (locked ?h))
    :effect (and (not (locked ?h)) (when (not (dog-awake ?h)) (dog-awake ?h))))
  (:action deliver
    :parameters (?x - parcel ?v - van ?h - house)
    :precondition (and (in ?x ?v) (at ?v ?h) (not (locked ?h)))
    :effect (and (lies-at ?x ?h) (not (in ?x ?v)))))
